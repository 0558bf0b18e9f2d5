/// Text in HTML, written in one place.
public enum HTML {
  /// `text` made inert in element content and in quoted attribute values: the five special characters become
  /// references, and control characters that HTML does not allow become U+FFFD. It is no protection in scripts,
  /// styles, unquoted attributes, or for the scheme of a URL.
  public static func escape(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if let reference = CharacterReference.of(byte) {
        bytes.append(contentsOf: reference.utf8)
        continue
      }
      switch byte {
      case ASCII.tab, ASCII.lineFeed, 0x0C, ASCII.carriageReturn: bytes.append(byte)
      case 0..<0x20, ASCII.delete: bytes.append(contentsOf: "\u{FFFD}".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
