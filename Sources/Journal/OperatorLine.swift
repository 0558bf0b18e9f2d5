internal import HTTPSemantics
internal import Posix

/// How a line of the program's own log reads.
enum OperatorLine {
  /// The most bytes of a message, and of a field's value, which may be whatever a client sent.
  private static let messageLimit = 4_096
  private static let valueLimit = 1_024

  /// `<6>image stored name=01k.jpg size=48213`, or with `2025-01-24 14:00:00.123 info ` in front.
  static func text(
    _ level: OperatorLog.Level, _ style: OperatorLog.Style, _ message: String, _ fields: OperatorLog.Fields,
    at time: Timestamp
  ) -> String {
    var line =
      switch style {
      case .journal: "<\(level.priority)>"
      case .timestamp: "\(clock(time)) \(level.rawValue) "
      }
    line += LineEscaping.escape(message, limit: messageLimit)
    for (key, value) in fields {
      line += " \(key)=\(quoted(value.description))"
    }
    return line
  }

  private static func clock(_ time: Timestamp) -> String {
    let milliseconds = padded(Int(time.nanoseconds / 1_000_000), to: 3)
    return "\(LocalTime(secondsSince1970: time.seconds).calendarAndClock).\(milliseconds)"
  }

  /// The value as it is, or in double quotes where it could be misread.
  private static func quoted(_ value: String) -> String {
    let escaped = LineEscaping.escape(value, limit: valueLimit)
    let isPlain = !escaped.isEmpty && escaped.utf8.allSatisfy { $0 != 0x20 && $0 != 0x22 && $0 != 0x3d && $0 != 0x5c }
    if isPlain { return escaped }
    // Backslashes are escaped already.
    return "\"" + escaped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
  }
}
