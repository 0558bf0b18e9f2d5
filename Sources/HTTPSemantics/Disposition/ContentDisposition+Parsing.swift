extension ContentDisposition {
  /// Parses a field value as browsers, curl and libraries send it; nil if it is malformed or names a parameter twice.
  ///
  /// In `form-data`, `%22`, `%0D` and `%0A` stand for a quote, CR and LF (HTML, "multipart/form-data encoding
  /// algorithm"); other percent signs are themselves. A backslash escapes a quote or a backslash (older curl) and is
  /// itself before anything else (`C:\a\b.jpg`). `filename*` (RFC 8187) wins over `filename`. Of a path only the last
  /// component is kept. Bytes that are not UTF-8 become U+FFFD.
  public init?(parsing value: [UInt8]) {
    var scanner = FieldScanner(value)
    scanner.skipWhitespace()
    guard let kind = scanner.token()?.asciiLowercased else { return nil }
    // Browsers do not escape a backslash: where the value makes no sense with escapes, as when a name ends with one,
    // there are none.
    var unescaped = scanner
    guard
      let parameters = scanner.parameters(unescape: { $0 == ASCII.quote || $0 == ASCII.backslash })
        ?? unescaped.parameters(unescape: { _ in false })
    else { return nil }

    func text(_ name: String) -> String? {
      guard let value = parameters.first(where: { $0.name == name })?.value else { return nil }
      return String(decoding: kind == "form-data" ? Self.unescapingFormName(value) : value, as: UTF8.self)
    }
    var filename = text("filename")
    if let extended = parameters.first(where: { $0.name == "filename*" }) {
      guard let decoded = ExtendedValue.decode(extended.value) else { return nil }
      filename = decoded
    }
    self.init(kind: kind, name: text("name"), filename: filename.map(FileName.lastComponent(of:)))
  }

  private static func unescapingFormName(_ value: [UInt8]) -> [UInt8] {
    guard value.contains(ASCII.percent) else { return value }
    var result: [UInt8] = []
    result.reserveCapacity(value.count)
    var rest = value[...]
    while let byte = rest.first {
      if byte == ASCII.percent, let escaped = escapedByte(rest.dropFirst().prefix(2)) {
        result.append(escaped)
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func escapedByte(_ digits: ArraySlice<UInt8>) -> UInt8? {
    if digits.elementsEqual("22".utf8) { return ASCII.quote }
    let upper = digits.map(ASCII.uppercased)
    if upper.elementsEqual("0D".utf8) { return ASCII.carriageReturn }
    if upper.elementsEqual("0A".utf8) { return ASCII.lineFeed }
    return nil
  }
}
