/// Writing quoted-strings (RFC 9110 §5.6.4).
enum QuotedString {
  /// `text` in quotes, with a backslash before each quote and backslash.
  static func quote(_ text: String) -> String {
    var bytes = [ASCII.quote]
    for byte in text.utf8 {
      if byte == ASCII.quote || byte == ASCII.backslash { bytes.append(ASCII.backslash) }
      bytes.append(byte)
    }
    bytes.append(ASCII.quote)
    return String(decoding: bytes, as: UTF8.self)
  }
}
