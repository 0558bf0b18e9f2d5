/// Texts that clients write with quotes or without: entity tags in documents, grantees in fields.
enum Quotes {
  /// The text without white space around it, and without one pair of quotes around that.
  static func stripped(_ text: String) -> String {
    let bytes = Array(text.trimmed.utf8)
    let quote = UInt8(ascii: "\"")
    guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes[1..<(bytes.count - 1)], as: UTF8.self)
  }
}
