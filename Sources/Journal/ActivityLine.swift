internal import HTTPSemantics
public import Posix

extension ActivityEvent {
  /// The event's line in `app.log`, without the line feed: `[YYYY-MM-DD HH:MM:SS] Action: message`.
  ///
  /// Users' texts cannot end the line: control characters are escaped (`LineEscaping`). Nor can they make it as long as
  /// they like.
  public func line(in language: ActivityLanguage, at time: LocalTime) -> String {
    "[\(time.calendarAndClock)] \(LineEscaping.escape(ActivityWording(self).text(in: language), limit: activityLineLimit))"
  }
}

/// The most bytes of a line behind its time: room for the longest key of an object.
private let activityLineLimit = 2_048

extension LocalTime {
  /// As `2025-01-24 14:00:00`.
  var calendarAndClock: String {
    "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
      + " \(padded(hour, to: 2)):\(padded(minute, to: 2)):\(padded(second, to: 2))"
  }
}

/// A number with zeros in front of it.
func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
