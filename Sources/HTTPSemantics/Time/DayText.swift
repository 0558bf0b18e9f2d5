/// A day in UTC as people write it, `2025-01-24`, or a moment of RFC 3339.
public enum DayText {
  /// The seconds since 1970 of the day, from its first to that of the next one; of a moment, none. Nil for anything else.
  public static func range(_ text: String) -> Range<Int64>? {
    if let moment = RFC3339.parse(text) { return moment..<moment }
    guard text.utf8.count == 10, let start = RFC3339.parse("\(text)T00:00:00Z") else { return nil }
    return start..<(start + 86_400)
  }
}
