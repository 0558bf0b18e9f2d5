internal import HTTPSemantics

/// Character data, references, CDATA sections and comments (XML 1.0 §2.4 to §2.7, §4.1, §4.6).
extension XMLReader {
  /// Appends what stands between two tags to `text`. Stops at a `<` that begins a tag.
  mutating func characterData(into text: inout [UInt8]) throws(XMLError) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: "<"):
        if take("<!--") {
          try comment()
        } else if take("<![CDATA[") {
          try section(into: &text)
        } else if bytes[position...].starts(with: "<!".utf8) || bytes[position...].starts(with: "<?".utf8) {
          throw fault(.unsupported)
        } else {
          return
        }
      case UInt8(ascii: "&"):
        try reference(into: &text)
      case UInt8(ascii: "]") where bytes[position...].starts(with: "]]>".utf8):
        throw unexpected()
      default:
        try character(into: &text)
      }
    }
  }

  /// Reads a comment behind its `<!--`.
  mutating func comment() throws(XMLError) {
    var ignored: [UInt8] = []
    while !take("--") {
      ignored.removeAll(keepingCapacity: true)
      try character(into: &ignored)
    }
    guard take(">") else { throw unexpected() }
  }

  /// Appends a CDATA section, behind its `<![CDATA[`.
  private mutating func section(into text: inout [UInt8]) throws(XMLError) {
    while !take("]]>") { try character(into: &text) }
  }

  /// Appends one byte of a character as it stands, or a line end as LF.
  mutating func character(into text: inout [UInt8]) throws(XMLError) {
    guard let byte = current else { throw unexpected() }
    switch byte {
    case 0x0D:
      position += 1
      if current != 0x0A { text.append(0x0A) }
    case 0x09, 0x0A, 0x20...0xEE, 0xF0...:
      position += 1
      text.append(byte)
    case 0xEF:
      // U+FFFE and U+FFFF are the only characters of three bytes that UTF-8 has and XML has not.
      if bytes[position...].starts(with: [0xEF, 0xBF, 0xBE]) || bytes[position...].starts(with: [0xEF, 0xBF, 0xBF]) {
        throw fault(.invalidCharacter)
      }
      position += 1
      text.append(byte)
    default:
      throw fault(.invalidCharacter)
    }
  }

  /// Appends what a reference stands for; the cursor is at its `&`.
  mutating func reference(into text: inout [UInt8]) throws(XMLError) {
    let start = position
    position += 1
    if take("#") {
      guard let scalar = characterReference() else { throw XMLError(reason: .invalidCharacter, offset: start) }
      text.append(contentsOf: String(scalar).utf8)
      return
    }
    for (name, byte) in Self.predefined where take(name) {
      text.append(byte)
      return
    }
    throw XMLError(reason: .unknownEntity, offset: start)
  }

  private static var predefined: [(name: String, byte: UInt8)] {
    [
      ("amp;", UInt8(ascii: "&")), ("lt;", UInt8(ascii: "<")), ("gt;", UInt8(ascii: ">")),
      ("quot;", UInt8(ascii: "\"")), ("apos;", UInt8(ascii: "'")),
    ]
  }

  /// Reads the digits and the semicolon of a character reference; nil if it stands for no character of XML's (§2.2).
  private mutating func characterReference() -> Unicode.Scalar? {
    let radix: UInt32 = take("x") ? 16 : 10
    let start = position
    var value: UInt32 = 0
    while let digit = current.flatMap(Hexadecimal.value(of:)), digit < radix {
      // Larger than any character, and far from an overflow.
      guard value <= 0x10FFFF else { return nil }
      value = value * radix + UInt32(digit)
      position += 1
    }
    guard position > start, take(";"), let scalar = Unicode.Scalar(value) else { return nil }
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20...0xFFFD, 0x10000...0x10FFFF: return scalar
    default: return nil
    }
  }
}
