import HTTPSemantics
import Testing

@Suite struct EncodingTests {
  @Test func hexadecimalIsLowerCaseAndReadInEitherCase() {
    let bytes: [UInt8] = [0x00, 0x7f, 0x80, 0xab, 0xff]
    #expect(Hexadecimal.encode(bytes) == "007f80abff")
    #expect(Hexadecimal.encodedBytes(bytes[1...2]) == Array("7f80".utf8))
    #expect(Hexadecimal.decode("007f80ABfF".utf8) == bytes)
    #expect(Hexadecimal.decode("".utf8) == [])
  }

  @Test(arguments: ["0", "0g", " 00", "0x00", "00 ", "é0", "/0", ":0", "@0", "`0"])
  func whatIsNotHexadecimalIsRefused(text: String) {
    #expect(Hexadecimal.decode(text.utf8) == nil)
  }

  /// RFC 4648, section 10.
  static let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: vectors) func publishedTextsComeOut(plain: String, encoded: String) {
    let unpadded = String(encoded.prefix { $0 != "=" })
    #expect(Base64.standard.encode(plain.utf8) == encoded)
    #expect(Base64.url.encode(plain.utf8) == unpadded)
    #expect(Base64.standard.decode(encoded.utf8) == Array(plain.utf8))
    #expect(Base64.url.decode(encoded.utf8) == Array(plain.utf8))
    #expect(Base64.url.decode(unpadded.utf8) == Array(plain.utf8))
  }

  @Test func theAlphabetsDifferInTheirLastTwo() {
    let bytes: [UInt8] = [0xfb, 0xff, 0xbf]
    #expect(Base64.standard.encode(bytes) == "+/+/")
    #expect(Base64.url.encode(bytes) == "-_-_")
    #expect(Base64.standard.decode("-_-_".utf8) == nil)
    #expect(Base64.url.decode("+/+/".utf8) == nil)
  }

  @Test func everyByteComesBack() {
    let bytes = (0...255).map { UInt8($0) }
    for length in [253, 254, 255, 256] {
      let part = bytes[..<length]
      #expect(Base64.standard.decode(Base64.standard.encode(part).utf8) == Array(part))
      #expect(Base64.url.decode(Base64.url.encode(part).utf8) == Array(part))
    }
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zg==Zg==", "=", "====", "Zm9v\n", "Zm8=="])
  func whatIsNotCanonicalIsRefused(text: String) {
    #expect(Base64.standard.decode(text.utf8) == nil)
  }

  @Test func aDigestHasItsLength() {
    #expect(Hexadecimal.decode("00ff".utf8, byteCount: 2) == [0, 255])
    for wrong in ["", "00", "00ff00", "00fg"] { #expect(Hexadecimal.decode(wrong.utf8, byteCount: 2) == nil) }
  }

  @Test func digitsOfEitherCaseAreWrittenAndRead() {
    for value in UInt8(0)..<16 {
      #expect(Hexadecimal.value(of: Hexadecimal.digit(value)) == value)
      #expect(Hexadecimal.value(of: Hexadecimal.upperCaseDigit(value)) == value)
      #expect(Hexadecimal.digit(value | 0xA0) == Hexadecimal.digit(value))
    }
    #expect((10..<16).map { Hexadecimal.upperCaseDigit($0) } == Array("ABCDEF".utf8))
  }
}
