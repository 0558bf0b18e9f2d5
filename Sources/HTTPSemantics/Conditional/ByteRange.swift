/// What a `Range` field asks of a representation (RFC 9110 §14).
public enum ByteRange: Sendable, Equatable {
  /// All of it: the field is malformed, in another unit, or asks for several ranges, which a server may ignore.
  case whole
  /// These bytes, never none.
  case partial(Range<UInt64>)
  /// Bytes that do not exist.
  case unsatisfiable

  /// Parses a field value for a representation of `length` bytes: `bytes=a-b`, `bytes=a-` or `bytes=-n`.
  public init(parsing text: String, length: UInt64) {
    self = .whole
    var scanner = FieldScanner(text)
    scanner.skipWhitespace()
    guard
      let unit = scanner.token(), unit.equalsIgnoringASCIICase("bytes"), scanner.take(ASCII.equals),
      let spec = scanner.onlyListElement()
    else { return }
    let pieces = spec.split(separator: ASCII.dash, omittingEmptySubsequences: false)
    guard pieces.count == 2, pieces.allSatisfy({ $0.allSatisfy(ASCII.isDigit) }) else { return }

    switch (Self.number(pieces[0]), Self.number(pieces[1])) {
    case (nil, nil):
      return
    case (nil, 0?):
      self = .unsatisfiable
    case (nil, let suffix?):
      // An empty representation has no bytes to send in part, yet a suffix of it is satisfiable: it is sent whole.
      if length > 0 { self = .partial(length - min(suffix, length)..<length) }
    case (let first?, let last):
      if let last, last < first { return }
      self = first < length ? .partial(first..<min(last ?? length, length - 1) + 1) : .unsatisfiable
    }
  }

  /// The number that `digits` write; nil for none, the greatest number for one that does not fit.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    digits.isEmpty ? nil : UInt64(String(decoding: digits, as: UTF8.self)) ?? .max
  }
}

extension FieldScanner {
  /// Consumes the rest as a list (RFC 9110 §5.6.1), and gives its element if there is just one.
  fileprivate mutating func onlyListElement() -> ArraySlice<UInt8>? {
    var elements: [ArraySlice<UInt8>] = []
    while let element = listElement()?.trimmingWhitespace() {
      if !element.isEmpty { elements.append(element) }
    }
    return elements.count == 1 ? elements[0] : nil
  }
}
