internal import HTTPSemantics

/// Text in a header field that may hold ASCII only: encoded words (RFC 2047 §2) of UTF-8 in base 64.
enum EncodedWord {
  private static let opening = "=?UTF-8?B?"
  private static let closing = "?="
  /// Bytes of text in one word, which has 75 characters at most: 60 of base 64 beside opening and closing.
  private static let limit = 45

  /// `text` as it is where it is ASCII, else as words with a space between them. No character is divided between two
  /// words (§5).
  static func encode(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var words: [String] = []
    var word: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if word.count + bytes.count > limit {
        words.append(opening + Base64.standard.encode(word) + closing)
        word = []
      }
      word += bytes
    }
    words.append(opening + Base64.standard.encode(word) + closing)
    return words.joined(separator: " ")
  }
}
