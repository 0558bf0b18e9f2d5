/// Dates with times in JSON and XML (`date-time` of RFC 3339 §5.6), to and from seconds since 1970.
public enum RFC3339 {
  /// The moment in UTC to the second: `2025-01-24T14:00:00Z`. Clamped to the years 1970 to 9999.
  public static func format(_ unixSeconds: Int64) -> String {
    var bytes = dateTime(unixSeconds)
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The moment in UTC to the millisecond: `2025-01-24T14:00:00.250Z`. `milliseconds` is 0 to 999, clamped to that.
  public static func format(_ unixSeconds: Int64, milliseconds: Int) -> String {
    var bytes = dateTime(unixSeconds)
    bytes.append(UInt8(ascii: "."))
    bytes.appendDecimal(min(max(0, milliseconds), 999), width: 3)
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Seconds since 1970 of an RFC 3339 `date-time` with any offset. A fraction of a second is dropped. Nil if the text
  /// is no `date-time`, or the moment is not in the years 1970 to 9999.
  public static func parse(_ text: String) -> Int64? {
    var scanner = FieldScanner(text)
    guard
      let year = scanner.digits(4), scanner.take(ASCII.dash),
      let month = scanner.digits(2), scanner.take(ASCII.dash),
      let day = scanner.digits(2),
      scanner.take("T") || scanner.take("t") || scanner.take(" "),
      let clock = scanner.takeClock()
    else { return nil }
    if scanner.take("."), scanner.run(while: ASCII.isDigit).isEmpty { return nil }
    guard
      let offset = scanner.takeOffset(), scanner.isAtEnd,
      let civil = CivilTime(
        year: year, month: month, day: day, hour: clock.hour, minute: clock.minute, second: clock.second)
    else { return nil }
    let moment = civil.unixSeconds - Int64(offset)
    return (0...CivilTime.latestUnixSeconds).contains(moment) ? moment : nil
  }

  private static func dateTime(_ unixSeconds: Int64) -> [UInt8] {
    let time = CivilTime(unixSeconds: unixSeconds)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    bytes.appendDecimal(time.year, width: 4)
    bytes.append(ASCII.dash)
    bytes.appendDecimal(time.month, width: 2)
    bytes.append(ASCII.dash)
    bytes.appendDecimal(time.day, width: 2)
    bytes.append(UInt8(ascii: "T"))
    bytes.appendDecimal(time.hour, width: 2)
    bytes.append(ASCII.colon)
    bytes.appendDecimal(time.minute, width: 2)
    bytes.append(ASCII.colon)
    bytes.appendDecimal(time.second, width: 2)
    return bytes
  }
}

extension FieldScanner {
  /// Consumes a `time-offset` of RFC 3339, and gives the seconds by which local time is ahead of UTC.
  fileprivate mutating func takeOffset() -> Int? {
    if take("Z") || take("z") { return 0 }
    let isAhead = take("+")
    guard
      isAhead || take(ASCII.dash),
      let hours = digits(2), hours <= 23, take(ASCII.colon),
      let minutes = digits(2), minutes <= 59
    else { return nil }
    return (isAhead ? 1 : -1) * (hours * 3600 + minutes * 60)
  }
}
