import Digests
import HTTPSemantics
import Testing

@Suite struct SecretTests {
  struct Vector: Sendable {
    var key: [UInt8]
    var message: [UInt8]
    var code: String
  }

  /// RFC 4231, test cases 1, 2, 6; and the code of nothing under an empty key.
  static let vectors = [
    Vector(
      key: Array(repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
      code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Vector(
      key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
      code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Vector(
      key: Array(repeating: 0xaa, count: 131),
      message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Vector(key: [], message: [], code: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
  ]

  @Test(arguments: vectors) func publishedCodesComeOut(vector: Vector) {
    #expect(Hexadecimal.encode(HMACSHA256.authenticate(key: vector.key, message: vector.message)) == vector.code)
  }

  /// RFC 2104: a key longer than a block of 64 bytes stands for its digest, and one of 64 for itself.
  @Test(arguments: [64, 65, 200]) func longKeyStandsForItsDigest(length: Int) {
    let key = [UInt8](repeating: 0x5a, count: length)
    let code = HMACSHA256.authenticate(key: key, message: [1, 2, 3])
    let ofDigest = HMACSHA256.authenticate(key: SHA256.digest(of: key), message: [1, 2, 3])
    #expect((code == ofDigest) == (length > 64))
  }

  @Test func onlyTheSameBytesAreEqual() {
    #expect(ConstantTime.equals([], []))
    #expect(ConstantTime.equals([1, 2, 3], [1, 2, 3]))
    #expect(!ConstantTime.equals([1, 2, 3], [1, 2, 4]))
    #expect(!ConstantTime.equals([1, 2, 3], [1, 2]))
    #expect(!ConstantTime.equals([], [0]))
  }

  @Test func randomBytesAreFreshAndAsManyAsAsked() {
    #expect(SecureRandom.bytes(0).isEmpty)
    #expect(SecureRandom.bytes(33).count == 33)
    let drawn = Set((0..<100).map { _ in SecureRandom.bytes(10) })
    #expect(drawn.count == 100)
  }
}
