import Digests
import HTTPSemantics
import Testing

@Suite struct MessageDigestTests {
  struct Vector: Sendable {
    var message: String
    var sha256: String
    var md5: String
    var crc32: UInt32
  }

  static let vectors = [
    Vector(
      message: "", sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      md5: "d41d8cd98f00b204e9800998ecf8427e", crc32: 0),
    Vector(
      message: "abc", sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      md5: "900150983cd24fb0d6963f7d28e17f72", crc32: 0x3524_41c2),
    Vector(
      message: "123456789", sha256: "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
      md5: "25f9e794323b453885f5181f1b624d0b", crc32: 0xcbf4_3926),
  ]

  @Test(arguments: vectors) func publishedVectorsComeOut(vector: Vector) {
    let message = Array(vector.message.utf8)
    #expect(Hexadecimal.encode(SHA256.digest(of: message)) == vector.sha256)
    #expect(Hexadecimal.encode(MD5.digest(of: message)) == vector.md5)
    #expect(CRC32.checksum(of: message) == vector.crc32)
  }

  @Test func theSameDigestsWhereverTheMessageIsCut() {
    let message = (0..<150).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let sha256 = SHA256.digest(of: message)
    let md5 = MD5.digest(of: message)
    let crc32 = CRC32.checksum(of: message)
    for cut in 0...message.count {
      var digest = SHA256()
      var other = MD5()
      var checksum = CRC32()
      for part in [message[..<cut], message[cut...]] {
        digest.update(part.span)
        other.update(part.span)
        if part.startIndex == 0 { #expect(other.current == MD5.digest(of: Array(part))) }
        checksum.update(part.span)
      }
      #expect(checksum.value == crc32)
      #expect(digest.finalize() == sha256)
      #expect(other.finalize() == md5)
      let joined = CRC32.combine(
        CRC32.checksum(of: Array(message[..<cut])), CRC32.checksum(of: Array(message[cut...])),
        secondLength: Int64(message.count - cut))
      #expect(joined == crc32)
    }
  }

  @Test func aChecksumGoesOnWhereItWasLeft() {
    var rest = CRC32(continuing: CRC32.checksum(of: Array("12345".utf8)))
    rest.update(Array("6789".utf8).span)
    #expect(rest.value == 0xcbf4_3926)
  }

  @Test func aDigestThatIsNotWantedAnyMoreIsDropped() {
    var digest = SHA256()
    digest.update(Array("abc".utf8).span)
  }

  @Test func writtenDigestsAreReadAndNothingElseIs() {
    let digest = SHA256.digest(of: Array("abc".utf8))
    let text = Hexadecimal.encode(digest)
    #expect(Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount) == digest)
    for wrong in [
      "", String(text.dropLast()), String(text.dropLast(2)), text + "00", "g" + text.dropFirst(), " " + text,
    ] {
      #expect(Hexadecimal.decode(wrong.utf8, byteCount: SHA256.byteCount) == nil)
    }
  }
}
