/// White space, names and literals (XML 1.0 §2.3).
extension XMLReader {
  /// The byte under the cursor, nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// A fault at the cursor.
  func fault(_ reason: XMLError.Reason) -> XMLError {
    XMLError(reason: reason, offset: position)
  }

  /// The fault that the byte under the cursor is.
  func unexpected() -> XMLError {
    fault(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
  }

  /// Consumes `literal` if the next bytes are just that.
  mutating func take(_ literal: String) -> Bool {
    guard bytes[position...].starts(with: literal.utf8) else { return false }
    position += literal.utf8.count
    return true
  }

  /// Consumes white space, and tells whether there was any.
  @discardableResult
  mutating func skipSpace() -> Bool {
    let start = position
    while let byte = current, Self.isSpace(byte) { position += 1 }
    return position > start
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// Consumes a name with at most one colon in its middle, as names with a namespace have it. Every character beyond
  /// ASCII is taken for one that names may hold.
  mutating func name() throws(XMLError) -> ArraySlice<UInt8> {
    let start = position
    while let byte = current, Self.isNameByte(byte) { position += 1 }
    let name = bytes[start..<position]
    let parts = name.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let isQualifiedName = parts.count <= 2 && parts.allSatisfy { $0.first.map(Self.isNameStart) == true }
    guard isQualifiedName else {
      throw XMLError(reason: position < bytes.count ? .unexpectedByte : .unexpectedEnd, offset: start)
    }
    return name
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...: true
    default: false
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
    default: isNameStart(byte)
    }
  }
}
