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
}
