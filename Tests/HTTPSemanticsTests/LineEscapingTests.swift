import HTTPSemantics
import RandomFixture
import Testing

@Suite struct LineEscapingTests {
  @Test(arguments: [
    ("user_file.txt", "user_file.txt"), ("кот 🐈.jpg", "кот 🐈.jpg"),
    ("a\nb\r\0\t\u{1B}[2J", #"a\x0Ab\x0D\x00\x09\x1B[2J"#),
    ("a\\n", #"a\\n"#), ("\u{7F}\u{85}\u{9B}", #"\x7F\xC2\x85\xC2\x9B"#),
    ("\u{2028}\u{2029}", #"\xE2\x80\xA8\xE2\x80\xA9"#), ("a\u{202E}b\u{2066}", #"a\xE2\x80\xAEb\xE2\x81\xA6"#),
    ("", ""),
  ])
  func lineBreakersAreEscaped(text: String, escaped: String) {
    #expect(LineEscaping.escape(text) == escaped)
  }

  @Test(
    arguments: [
      ([0x61, 0xFF, 0x62], #"a\xFFb"#), ([0xE2, 0x80], #"\xE2\x80"#), ([0xC0, 0xAF], #"\xC0\xAF"#),
      ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#), ([0xD0, 0xB6, 0x80], #"ж\x80"#),
      ([0xF4, 0x90, 0x80, 0x80], #"\xF4\x90\x80\x80"#),
    ] as [([UInt8], String)])
  func bytesThatAreNotTextAreEscaped(bytes: [UInt8], escaped: String) {
    #expect(LineEscaping.escape(bytes) == escaped)
  }

  @Test(arguments: [
    ("abcdefgh", 8, "abcdefgh"), ("abcdefghi", 8, #"abcd\…"#), ("жжжжж", 10, "жжжжж"), ("жжжжж", 9, #"жж\…"#),
    ("ab\u{2028}", 13, #"ab\…"#), ("ab\u{2028}", 14, #"ab\xE2\x80\xA8"#), ("abcde", 4, #"\…"#), ("abcde", 3, ""),
    ("abcde", 0, ""), ("abcde", -1, ""), ("", 0, ""),
  ])
  func longTextIsCutBetweenCharacters(text: String, limit: Int, escaped: String) {
    #expect(LineEscaping.escape(text, limit: limit) == escaped)
  }

  @Test func escapedTextIsOneLineAndUnambiguous() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<500 {
      let bytes = generator.bytes(upTo: 30, favouring: [0x5C, 0x78, 0x41, 0xE2, 0x80, 0xA8, 0xAE])
      let escaped = LineEscaping.escape(bytes)
      #expect(unescape(escaped) == bytes)
      for scalar in escaped.unicodeScalars {
        #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x2028)
      }
      let limit = Int.random(in: 0...20, using: &generator)
      #expect(LineEscaping.escape(bytes, limit: limit).utf8.count <= limit)
    }
  }

  private func unescape(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(text)[...]
    while let byte = rest.popFirst() {
      if byte != UInt8(ascii: "\\") {
        result.append(byte)
      } else if rest.first == UInt8(ascii: "\\") {
        result.append(rest.removeFirst())
      } else {
        result.append(UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)!)
        rest = rest.dropFirst(3)
      }
    }
    return result
  }
}
