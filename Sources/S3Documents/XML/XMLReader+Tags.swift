/// Tags, attributes and the XML declaration (XML 1.0 §2.8, §3.1).
extension XMLReader {
  /// More attributes than any client's elements have; the search for duplicates stays cheap.
  private static var attributeLimit: Int { 32 }

  /// Reads a start tag or an empty-element tag behind its `<`.
  mutating func startTag() throws(XMLError) -> (name: ArraySlice<UInt8>, isEmpty: Bool) {
    let name = try name()
    var attributes: [ArraySlice<UInt8>] = []
    while true {
      let isSeparated = skipSpace()
      if take("/>") { return (name, true) }
      if take(">") { return (name, false) }
      guard isSeparated else { throw unexpected() }
      let attribute = try self.name()
      guard !attributes.contains(attribute) else { throw fault(.duplicateAttribute) }
      guard attributes.count < Self.attributeLimit else { throw fault(.tooLarge) }
      attributes.append(attribute)
      _ = try attributeValue()
    }
  }

  /// Reads an end tag behind its `</`. It must be that of `name`.
  mutating func endTag(of name: ArraySlice<UInt8>) throws(XMLError) {
    let start = position
    guard try self.name() == name else { throw XMLError(reason: .mismatchedTag, offset: start) }
    skipSpace()
    guard take(">") else { throw unexpected() }
  }

  /// Reads `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, of which all but the version may be missing.
  mutating func declaration() throws(XMLError) {
    _ = take("<?xml")
    let expected = ["version", "encoding", "standalone"]
    var next = 0
    while true {
      let isSeparated = skipSpace()
      if take("?>") { break }
      guard isSeparated else { throw unexpected() }
      let start = position
      let name = try name()
      guard let index = expected.firstIndex(where: { name.elementsEqual($0.utf8) }), index >= next else {
        throw XMLError(reason: .unexpectedByte, offset: start)
      }
      let value = String(decoding: try attributeValue(), as: UTF8.self)
      switch index {
      case 0 where value != "1.0" && value != "1.1": throw XMLError(reason: .unsupported, offset: start)
      case 1 where value.lowercased() != "utf-8": throw XMLError(reason: .invalidEncoding, offset: start)
      default: next = index + 1
      }
    }
    guard next > 0 else { throw unexpected() }
  }

  /// Reads `= "value"` with white space around the sign. References in it are resolved, and not otherwise used.
  private mutating func attributeValue() throws(XMLError) -> [UInt8] {
    skipSpace()
    guard take("=") else { throw unexpected() }
    skipSpace()
    guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw unexpected() }
    position += 1
    var value: [UInt8] = []
    while let byte = current, byte != quote {
      switch byte {
      case UInt8(ascii: "<"): throw unexpected()
      case UInt8(ascii: "&"): try reference(into: &value)
      default: try character(into: &value)
      }
    }
    guard current == quote else { throw unexpected() }
    position += 1
    return value
  }
}
