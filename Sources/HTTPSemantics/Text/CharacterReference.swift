/// References that stand for the characters that mean something in markup: the same in HTML and in XML.
enum CharacterReference {
  /// What stands for a byte in element content and in quoted attribute values; nil for one that stands for itself.
  @inline(__always)
  static func of(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
