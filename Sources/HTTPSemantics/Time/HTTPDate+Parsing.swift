extension HTTPDate {
  /// Seconds since 1970 for a date in any of the three forms of RFC 9110 §5.6.7: IMF-fixdate, the obsolete RFC 850
  /// form, and that of C's `asctime`. Nil for any other text, and for dates outside of the years 1970 to 9999.
  ///
  /// The name of the weekday must be one, but not the right one. The RFC 850 form has two digits for the year: of the
  /// years that end so, it means the latest that is not more than 50 years after `now` (seconds since 1970); without
  /// `now`, 70 to 99 are 19xx, the others 20xx.
  public static func parse(_ text: String, now: Int64? = nil) -> Int64? {
    let scanner = FieldScanner(text)
    return fixdate(scanner) ?? rfc850(scanner, now: now) ?? asctime(scanner)
  }

  private static func fixdate(_ start: FieldScanner) -> Int64? {
    var scanner = start
    guard
      scanner.takeName(of: weekdays) != nil, scanner.take(", "),
      let day = scanner.digits(2), scanner.take(ASCII.space),
      let month = scanner.takeName(of: months), scanner.take(ASCII.space),
      let year = scanner.digits(4), scanner.take(ASCII.space),
      let clock = scanner.takeClock(), scanner.take(" GMT"), scanner.isAtEnd
    else { return nil }
    return seconds(year, month, day, clock)
  }

  private static func rfc850(_ start: FieldScanner, now: Int64?) -> Int64? {
    var scanner = start
    guard
      scanner.takeName(of: longWeekdays) != nil, scanner.take(", "),
      let day = scanner.digits(2), scanner.take(ASCII.dash),
      let month = scanner.takeName(of: months), scanner.take(ASCII.dash),
      let shortYear = scanner.digits(2), scanner.take(ASCII.space),
      let clock = scanner.takeClock(), scanner.take(" GMT"), scanner.isAtEnd
    else { return nil }
    guard let now else {
      return seconds(shortYear < 70 ? 2000 + shortYear : 1900 + shortYear, month, day, clock)
    }
    let today = CivilTime(unixSeconds: now)
    let century = today.year / 100 * 100
    for year in [century + 100 + shortYear, century + shortYear, century - 100 + shortYear] {
      guard let moment = seconds(year, month, day, clock) else { continue }
      if moment - today.unixSeconds <= fiftyYears { return moment }
    }
    return nil
  }

  /// 50 years of the Gregorian calendar's mean length.
  private static let fiftyYears: Int64 = 50 * 31_556_952

  private static func asctime(_ start: FieldScanner) -> Int64? {
    var scanner = start
    guard
      scanner.takeName(of: weekdays) != nil, scanner.take(ASCII.space),
      let month = scanner.takeName(of: months), scanner.take(ASCII.space),
      let day = scanner.take(ASCII.space) ? scanner.digits(1) : scanner.digits(2), scanner.take(ASCII.space),
      let clock = scanner.takeClock(), scanner.take(ASCII.space),
      let year = scanner.digits(4), scanner.isAtEnd
    else { return nil }
    return seconds(year, month, day, clock)
  }

  private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ clock: FieldScanner.Clock) -> Int64? {
    CivilTime(
      year: year, month: month + 1, day: day, hour: clock.hour, minute: clock.minute, second: clock.second
    )?.unixSeconds
  }
}

extension FieldScanner {
  typealias Clock = (hour: Int, minute: Int, second: Int)

  /// Consumes `hh:mm:ss`; whether there is such a time of day is not looked at.
  mutating func takeClock() -> Clock? {
    guard
      let hour = digits(2), take(ASCII.colon),
      let minute = digits(2), take(ASCII.colon),
      let second = digits(2)
    else { return nil }
    return (hour, minute, second)
  }

  /// Consumes one of `names`, and gives its index.
  mutating func takeName(of names: [String]) -> Int? {
    for (index, name) in names.enumerated() where take(name) { return index }
    return nil
  }
}
