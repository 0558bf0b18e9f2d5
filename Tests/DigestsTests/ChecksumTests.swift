import Digests
import HTTPSemantics
import Testing

@Suite struct ChecksumTests {
  struct Vector: Sendable {
    var message: String
    var sha1: String
    var crc32c: UInt32
    var crc64nvme: UInt64
  }

  /// FIPS 180 and the catalogue of parametrised CRC algorithms.
  static let vectors = [
    Vector(message: "", sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709", crc32c: 0, crc64nvme: 0),
    Vector(
      message: "123456789", sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441", crc32c: 0xe306_9283,
      crc64nvme: 0xae8b_1486_0a79_9888),
  ]

  @Test(arguments: vectors) func publishedVectorsComeOut(vector: Vector) {
    let message = Array(vector.message.utf8)
    #expect(Hexadecimal.encode(SHA1.digest(of: message)) == vector.sha1)
    #expect(CRC32C.checksum(of: message) == vector.crc32c)
    #expect(CRC64NVME.checksum(of: message) == vector.crc64nvme)
  }

  /// RFC 3720, appendix B.4: 32 bytes each.
  @Test func iSCSIExamplesComeOut() {
    #expect(CRC32C.checksum(of: Array(repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum(of: Array(repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(CRC32C.checksum(of: Array(0..<32)) == 0x46dd_794e)
  }

  /// NVM Express NVM Command Set: 4 KiB each.
  @Test func storageExamplesComeOut() {
    #expect(CRC64NVME.checksum(of: Array(repeating: 0, count: 4096)) == 0x6482_d367_eb22_b64e)
    #expect(CRC64NVME.checksum(of: Array(repeating: 0xff, count: 4096)) == 0xc0dd_ba73_02ec_a3ac)
  }

  @Test func theSameChecksumsWhereverTheMessageIsCut() {
    let message = (0..<150).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let sha1 = SHA1.digest(of: message)
    let crc32c = CRC32C.checksum(of: message)
    let crc64nvme = CRC64NVME.checksum(of: message)
    for cut in 0...message.count {
      var digest = SHA1()
      var short = CRC32C()
      var long = CRC64NVME()
      for part in [message[..<cut], message[cut...]] {
        digest.update(part.span)
        short.update(part.span)
        long.update(part.span)
      }
      #expect(digest.finalize() == sha1)
      #expect(short.value == crc32c)
      #expect(long.value == crc64nvme)
    }
  }

  @Test func checksumsOfPartsAreJoined() {
    let message = (0..<150).map { UInt8(truncatingIfNeeded: $0 * 11 + 3) }
    for cut in 0...message.count {
      let first = Array(message[..<cut])
      let second = Array(message[cut...])
      let length = Int64(second.count)
      #expect(
        CRC32C.combine(CRC32C.checksum(of: first), CRC32C.checksum(of: second), secondLength: length)
          == CRC32C.checksum(of: message))
      #expect(
        CRC64NVME.combine(CRC64NVME.checksum(of: first), CRC64NVME.checksum(of: second), secondLength: length)
          == CRC64NVME.checksum(of: message))
    }
  }

  /// What follows is as long as an object may be: the sum of two zero messages must still be that of zeros.
  @Test func partsOfAnySizeAreJoined() {
    let zeros = CRC32C.checksum(of: Array(repeating: 0, count: 1 << 16))
    var joined = zeros
    var length: Int64 = 1 << 16
    for _ in 0..<4 {
      joined = CRC32C.combine(joined, joined, secondLength: length)
      length *= 2
    }
    #expect(joined == CRC32C.checksum(of: Array(repeating: 0, count: 1 << 20)))
    #expect(CRC64NVME.combine(1, 2, secondLength: .max) != CRC64NVME.combine(1, 2, secondLength: .max - 1))
  }

  @Test func aChecksumGoesOnWhereItWasLeft() {
    var short = CRC32C(continuing: CRC32C.checksum(of: Array("12345".utf8)))
    short.update(Array("6789".utf8).span)
    #expect(short.value == 0xe306_9283)
    var long = CRC64NVME(continuing: CRC64NVME.checksum(of: Array("12345".utf8)))
    long.update(Array("6789".utf8).span)
    #expect(long.value == 0xae8b_1486_0a79_9888)
  }

  /// RFC 2202, section 3.
  @Test func keyedSHA1GivesThePublishedCodes() {
    let cases: [(key: [UInt8], message: String, code: String)] = [
      (Array(repeating: 0x0b, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
      (Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
      (
        Array(repeating: 0xaa, count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
        "aa4ae5e15272d00e95705637ce8a3b55ed402112"
      ),
      ([], "", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"),
    ]
    for (key, message, code) in cases {
      #expect(Hexadecimal.encode(HMACSHA1.authenticate(key: key, message: Array(message.utf8))) == code)
    }
  }

  @Test(arguments: [0, 1, 2, 3, 255, 4_096, 1_000_003]) func zerosNeedNoGoingThrough(count: Int) {
    var (quick, slow) = (CRC32(), CRC32())
    for message in [[UInt8]("before".utf8), []] {
      quick.update(message.span)
      quick.update(zeros: UInt64(count))
      slow.update((message + [UInt8](repeating: 0, count: count)).span)
      #expect(quick == slow)
    }
  }

  @Test func zerosOfTheLongestFileAreQuick() {
    var (whole, parts) = (CRC32(continuing: 7), CRC32(continuing: 7))
    whole.update(zeros: UInt64(Int64.max))
    parts.update(zeros: 12_345_678_901_234)
    parts.update(zeros: UInt64(Int64.max) - 12_345_678_901_234)
    #expect(whole == parts)
  }
}
