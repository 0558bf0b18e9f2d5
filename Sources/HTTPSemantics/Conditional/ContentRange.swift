/// The value of a `Content-Range` field (RFC 9110 §14.4).
public enum ContentRange {
  /// For a 206: `bytes 0-99/1234`.
  public static func partial(_ range: Range<UInt64>, length: UInt64) -> String {
    guard let last = range.last else { return unsatisfied(length: length) }
    return "bytes \(range.lowerBound)-\(last)/\(length)"
  }

  /// For a 416: `bytes */1234`.
  public static func unsatisfied(length: UInt64) -> String {
    "bytes */\(length)"
  }

  /// What `bytes 0-9/100` says: the bytes that an answer has, and the length of the whole, which is nil where it is `*`.
  /// Nil for anything else, also where the last byte is not within the length.
  public static func parse(_ text: String) -> (range: Range<UInt64>, length: UInt64?)? {
    var scanner = FieldScanner(text)
    guard
      scanner.take("bytes "), let first = scanner.number(), scanner.take(ASCII.dash), let last = scanner.number(),
      first <= last, last < .max, scanner.take("/")
    else { return nil }
    var length: UInt64?
    if !scanner.take("*") {
      guard let number = scanner.number(), number > last else { return nil }
      length = number
    }
    return scanner.isAtEnd ? (first..<(last + 1), length) : nil
  }
}

extension FieldScanner {
  /// One or more decimal digits.
  fileprivate mutating func number() -> UInt64? {
    UInt64(String(decoding: run(while: ASCII.isDigit), as: UTF8.self))
  }
}
