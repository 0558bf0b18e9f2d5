import S3Documents
import Testing

@Suite struct ObjectKeyTests {
  @Test func keysHaveOneTo1024Bytes() throws {
    #expect(try ObjectKey(String(repeating: "k", count: 1024)).bytes.count == 1024)
    #expect(throws: S3Error.keyTooLongError(size: 1025, maximum: 1024)) {
      try ObjectKey(String(repeating: "k", count: 1025))
    }
    #expect(throws: S3Error.keyTooLongError(size: 1026, maximum: 1024)) {
      try ObjectKey(String(repeating: "é", count: 513))
    }
    #expect(throws: S3Error.self) { try ObjectKey("") }
  }

  @Test(arguments: [[0xAE, 0x8A, 0x2D], [0xC0, 0x80], [0x61, 0xFF], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func keysAreUTF8(bytes: [UInt8]) {
    #expect(throws: S3Error.invalidURI()) { try ObjectKey(bytes) }
  }

  @Test(arguments: ["a\0", "\0a", "..\0/..\0/keys.json", ".vitrine\0/bucket.json", "private.txt\0.jpg"])
  func keysHaveNoZero(text: String) {
    #expect(throws: S3Error.invalidURI()) { try ObjectKey(text) }
    #expect(throws: S3Error.invalidURI()) { try CopySource("/bucket/" + text.replacing("\0", with: "%00")) }
  }

  @Test func keysAreComparedByBytes() throws {
    let composed = try ObjectKey("\u{E9}")
    let decomposed = try ObjectKey("e\u{301}")
    #expect(composed != decomposed)
    #expect(decomposed < composed)
    #expect(try ObjectKey("Z") < ObjectKey("a"))
    #expect(try ObjectKey("a") < ObjectKey("a/"))
    #expect(try ObjectKey("\u{FFFD}") < ObjectKey("\u{10000}"))
  }
}
