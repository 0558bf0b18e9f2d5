extension FieldScanner {
  /// One `name=value` after a semicolon; the name is in lower case.
  typealias Parameter = (name: String, value: [UInt8])

  /// Consumes all that is left as parameters (RFC 9110 §5.6.6). Nil if a parameter is malformed or stands twice.
  ///
  /// - Parameter unescape: as in `quotedString`.
  mutating func parameters(unescape: (UInt8) -> Bool = { _ in true }) -> [Parameter]? {
    var parameters: [Parameter] = []
    while true {
      skipWhitespace()
      if isAtEnd { return parameters }
      guard take(ASCII.semicolon) else { return nil }
      skipWhitespace()
      guard let current, current != ASCII.semicolon else { continue }
      guard
        let name = token()?.asciiLowercased, !parameters.contains(where: { $0.name == name }),
        parameters.count < Self.parameterLimit
      else { return nil }
      skipWhitespace()
      guard take(ASCII.equals) else { return nil }
      skipWhitespace()
      guard let value = parameterValue(unescape: unescape) else { return nil }
      parameters.append((name, value))
    }
  }

  /// More parameters than any known client sends; the search for duplicates stays cheap.
  private static var parameterLimit: Int { 32 }

  private mutating func parameterValue(unescape: (UInt8) -> Bool) -> [UInt8]? {
    guard current == ASCII.quote else {
      let value = run { byte in
        byte != ASCII.semicolon && byte != ASCII.quote && !ASCII.isWhitespace(byte) && !ASCII.isControl(byte)
      }
      return value.isEmpty ? nil : Array(value)
    }
    return quotedString(unescape: unescape)
  }
}
