/// Byte values and byte classes of US-ASCII, as the grammars of HTTP, MIME and JSON name them.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote = UInt8(ascii: "\"")
  static let percent = UInt8(ascii: "%")
  static let comma = UInt8(ascii: ",")
  static let dash = UInt8(ascii: "-")
  static let slash = UInt8(ascii: "/")
  static let colon = UInt8(ascii: ":")
  static let semicolon = UInt8(ascii: ";")
  static let equals = UInt8(ascii: "=")
  static let backslash = UInt8(ascii: "\\")
  static let delete: UInt8 = 0x7F

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39
  }

  /// OWS of RFC 9110 §5.6.3: space or horizontal tab.
  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == space || byte == tab
  }

  /// CTL of RFC 5234: 0x00 to 0x1F, and DEL.
  static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == delete
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }

  static func uppercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
  }

  /// The value of a hexadecimal digit of either case, nil for any other byte.
  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  /// The upper-case hexadecimal digit for the low four bits of `nibble`.
  static func upperHexDigit(_ nibble: UInt8) -> UInt8 {
    let value = nibble & 0x0F
    return value < 10 ? value + 0x30 : value + 0x37
  }

  /// The lower-case hexadecimal digit for the low four bits of `nibble`.
  static func lowerHexDigit(_ nibble: UInt8) -> UInt8 {
    let value = nibble & 0x0F
    return value < 10 ? value + 0x30 : value + 0x57
  }
}

extension String {
  /// The same text with A–Z in lower case; other scripts are left alone, as protocol names want it.
  var asciiLowercased: String {
    guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
    return String(decoding: utf8.map(ASCII.lowercased), as: UTF8.self)
  }

  /// Byte-wise equality in which only A–Z and a–z are folded.
  func equalsIgnoringASCIICase(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
  }
}
