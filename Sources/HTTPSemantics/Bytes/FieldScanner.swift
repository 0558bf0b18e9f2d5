/// A cursor over one field value, with the productions of RFC 9110 §5.6 as methods.
///
/// A method that finds its production consumes it; one that does not leaves the cursor where it was.
struct FieldScanner {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(_ text: String) {
    self.init(Array(text.utf8))
  }

  var isAtEnd: Bool { position == bytes.count }

  /// The byte under the cursor, nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Consumes `byte` if it is the next one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  /// Consumes `literal` if the next bytes are just that.
  mutating func take(_ literal: String) -> Bool {
    guard bytes[position...].starts(with: literal.utf8) else { return false }
    position += literal.utf8.count
    return true
  }

  /// Consumes optional white space (OWS).
  mutating func skipWhitespace() {
    while let byte = current, ASCII.isWhitespace(byte) { position += 1 }
  }

  /// Consumes the longest run of bytes for which `isMember` holds; the run may be empty.
  mutating func run(while isMember: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = position
    while let byte = current, isMember(byte) { position += 1 }
    return bytes[start..<position]
  }

  /// A token of one or more tchar.
  mutating func token() -> String? {
    let run = run(while: ASCIISet.token.contains)
    return run.isEmpty ? nil : String(decoding: run, as: UTF8.self)
  }

  /// Exactly `count` decimal digits (at most 9).
  mutating func digits(_ count: Int) -> Int? {
    let end = position + count
    guard count <= 9, end <= bytes.count, bytes[position..<end].allSatisfy(ASCII.isDigit) else { return nil }
    let value = bytes[position..<end].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    position = end
    return value
  }

  /// A quoted-string (RFC 9110 §5.6.4), with its quoted pairs resolved by `unescape`: given the byte after a
  /// backslash it tells whether the pair stands for that byte alone, or for both bytes. Nil, and nothing consumed,
  /// if the string never ends.
  mutating func quotedString(unescape: (UInt8) -> Bool = { _ in true }) -> [UInt8]? {
    let start = position
    guard take(ASCII.quote) else { return nil }
    var value: [UInt8] = []
    while let byte = current {
      position += 1
      if byte == ASCII.quote { return value }
      if byte == ASCII.backslash, let escaped = current, unescape(escaped) {
        position += 1
        value.append(escaped)
      } else {
        value.append(byte)
      }
    }
    position = start
    return nil
  }

  /// Consumes the bytes up to the next comma that is not in a quoted-string, and the comma (RFC 9110 §5.6.1). Nil at
  /// the end.
  mutating func listElement() -> ArraySlice<UInt8>? {
    guard !isAtEnd else { return nil }
    let start = position
    var isQuoted = false
    while let byte = current, isQuoted || byte != ASCII.comma {
      if byte == ASCII.quote { isQuoted.toggle() }
      let isPair = isQuoted && byte == ASCII.backslash
      position = min(position + (isPair ? 2 : 1), bytes.count)
    }
    let element = bytes[start..<position]
    _ = take(ASCII.comma)
    return element
  }
}
