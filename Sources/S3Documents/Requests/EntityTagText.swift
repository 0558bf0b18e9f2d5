/// Entity tags in documents, where clients write them with quotes or without.
enum EntityTagText {
  /// The tag without white space and quotes around it.
  static func unquoted(_ text: String) -> String {
    let bytes = Array(text.trimmed.utf8)
    let quote = UInt8(ascii: "\"")
    guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes[1..<(bytes.count - 1)], as: UTF8.self)
  }
}
