/// Byte values and byte classes of US-ASCII, as the grammars of HTTP, MIME, JSON and XML name them.
public enum ASCII {
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

  /// DIGIT of RFC 5234: 0 to 9.
  @inlinable public static func isDigit(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39
  }

  /// a to z.
  @inlinable public static func isLowercaseLetter(_ byte: UInt8) -> Bool {
    byte >= 0x61 && byte <= 0x7A
  }

  /// OWS of RFC 9110 §5.6.3: space or horizontal tab.
  @inlinable public static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09
  }

  /// CTL of RFC 5234: 0x00 to 0x1F, and DEL.
  static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == delete
  }

  /// The byte, or the small letter in the place of A to Z.
  @inlinable public static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }

  static func uppercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
  }
}

extension StringProtocol {
  /// The same text with A–Z in lower case; other scripts are left alone, as protocol names want it.
  @inlinable public var asciiLowercased: String {
    guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return String(self) }
    return String(decoding: utf8.map(ASCII.lowercased), as: UTF8.self)
  }

  /// Byte-wise equality in which only A–Z and a–z are folded.
  @inlinable public func equalsIgnoringASCIICase(_ other: some StringProtocol) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
  }
}

extension String {
  /// The same for two whole strings, whose bytes lie side by side.
  @inlinable public func equalsIgnoringASCIICase(_ other: String) -> Bool {
    let (ours, theirs) = (utf8.span, other.utf8.span)
    guard ours.count == theirs.count else { return false }
    for index in ours.indices where ours[index] != theirs[index] {
      guard ASCII.lowercased(ours[index]) == ASCII.lowercased(theirs[index]) else { return false }
    }
    return true
  }
}
