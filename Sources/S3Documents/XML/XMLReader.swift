/// A cursor over a document, with the productions of XML 1.0 as methods; this file has those of the document as a
/// whole (§2.1, §2.8, §3).
struct XMLReader {
  let bytes: [UInt8]
  let limits: XMLParser.Limits
  var position = 0
  private var elementCount = 0

  init(bytes: [UInt8], limits: XMLParser.Limits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// An element whose end tag has not come yet.
  private struct OpenElement {
    let name: ArraySlice<UInt8>
    var text: [UInt8] = []
    var children: [XMLElement] = []

    init(name: ArraySlice<UInt8>) {
      self.name = name
    }

    var closed: XMLElement {
      let isOnlyLayout = !children.isEmpty && text.allSatisfy(XMLReader.isSpace)
      let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
      return XMLElement(
        name: String(decoding: local, as: UTF8.self),
        text: isOnlyLayout ? "" : String(decoding: text, as: UTF8.self),
        children: children)
    }
  }

  /// Reads the whole document, and answers its root element.
  mutating func document() throws(XMLError) -> XMLElement {
    _ = take("\u{FEFF}")
    if bytes[position...].starts(with: "<?xml".utf8) { try declaration() }
    try skipMisc()
    guard take("<") else { throw unexpected() }
    let root = try rootElement()
    try skipMisc()
    guard position == bytes.count else { throw unexpected() }
    return root
  }

  /// Reads the root element, behind its `<`. The elements that are open are kept in a list, so that depth costs no
  /// stack.
  private mutating func rootElement() throws(XMLError) -> XMLElement {
    var open: [OpenElement] = []
    while true {
      // The cursor is behind the `<` of a start tag.
      guard open.count < limits.depth else { throw fault(.tooDeep) }
      let tag = try startTag()
      elementCount += 1
      guard elementCount <= limits.elements else { throw fault(.tooLarge) }
      open.append(OpenElement(name: tag.name))
      var isClosed = tag.isEmpty

      while true {
        if isClosed {
          guard let done = open.popLast()?.closed else { throw unexpected() }
          if open.isEmpty { return done }
          open[open.count - 1].children.append(done)
        }
        try characterData(into: &open[open.count - 1].text)
        guard take("</") else { break }
        try endTag(of: open[open.count - 1].name)
        isClosed = true
      }
      guard take("<") else { throw unexpected() }
    }
  }

  /// Skips white space and comments, which may stand before and after the root element.
  private mutating func skipMisc() throws(XMLError) {
    skipSpace()
    while take("<!--") {
      try comment()
      skipSpace()
    }
    if bytes[position...].starts(with: "<!".utf8) || bytes[position...].starts(with: "<?".utf8) {
      throw fault(.unsupported)
    }
  }
}
