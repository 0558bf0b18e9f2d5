import HTTPSemantics
import Testing

@Suite struct CivilTimeTests {
  @Test(arguments: [
    (0, 1970, 1, 1, 4), (951_782_400, 2000, 2, 29, 2), (951_868_800, 2000, 3, 1, 3), (4_107_456_000, 2100, 2, 28, 0),
    (4_107_542_400, 2100, 3, 1, 1), (253_402_300_799, 9999, 12, 31, 5), (2_147_483_648, 2038, 1, 19, 2),
  ])
  func knownDays(seconds: Int64, year: Int, month: Int, day: Int, weekday: Int) {
    let time = CivilTime(unixSeconds: seconds)
    #expect([time.year, time.month, time.day, time.weekday] == [year, month, day, weekday])
  }

  /// Walks the whole calendar with the plain rules, and compares each month's first and last day.
  @Test func everyMonthUntil9999BeginsWhereTheOneBeforeEnds() {
    var days: Int64 = 0
    for year in 1970...9999 {
      for month in 1...12 {
        let count = CivilTime.days(inMonth: month, of: year)
        for (day, offset) in [(1, 0), (count, Int64(count - 1))] {
          let time = CivilTime(unixSeconds: (days + offset) * 86_400 + 86_399)
          guard time.year == year, time.month == month, time.day == day, time.second == 59,
            time.unixSeconds == (days + offset) * 86_400 + 86_399, time.weekday == Int((days + offset + 4) % 7)
          else {
            Issue.record("\(year)-\(month)-\(day) came out as \(time)")
            return
          }
        }
        days += Int64(count)
      }
    }
    #expect(days * 86_400 == CivilTime.latestUnixSeconds + 1)
  }

  @Test(arguments: [
    (1969, 12, 31, 0), (10_000, 1, 1, 0), (2023, 2, 29, 0), (2100, 2, 29, 0), (2024, 13, 1, 0), (2024, 0, 1, 0),
    (2024, 4, 31, 0), (2024, 1, 0, 0), (2024, 1, 1, 24), (2024, 1, 1, -1),
  ])
  func impossibleDatesAreRefused(year: Int, month: Int, day: Int, hour: Int) {
    #expect(CivilTime(year: year, month: month, day: day, hour: hour) == nil)
  }

  @Test func momentsOutsideTheCalendarAreClamped() {
    #expect(CivilTime(unixSeconds: .min).unixSeconds == 0)
    #expect(CivilTime(unixSeconds: .max).unixSeconds == CivilTime.latestUnixSeconds)
  }
}
