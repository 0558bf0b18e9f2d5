/// A moment in UTC as the proleptic Gregorian calendar writes it, from 1970-01-01T00:00:00 to 9999-12-31T23:59:59.
public struct CivilTime: Hashable, Sendable {
  /// 1970 to 9999.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int
  /// 0 to 23.
  public let hour: Int
  /// 0 to 59.
  public let minute: Int
  /// 0 to 59; UTC's leap seconds have no place in Unix time.
  public let second: Int

  /// The last second of the year 9999, in seconds since 1970.
  public static let latestUnixSeconds: Int64 = 253_402_300_799

  /// The moment `unixSeconds` after 1970-01-01T00:00:00Z. What lies outside the years 1970 to 9999 is clamped.
  public init(unixSeconds: Int64) {
    let clamped = min(max(0, unixSeconds), Self.latestUnixSeconds)
    let secondOfDay = Int(clamped % 86_400)
    hour = secondOfDay / 3600
    minute = secondOfDay / 60 % 60
    second = secondOfDay % 60

    // Years that start in March put the leap day last, so that a month's first day follows from its number alone.
    // Days are counted from 0000-03-01, which is 719,468 days before 1970-01-01.
    let days = Int(clamped / 86_400) + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// The moment with these parts; nil if there is no such date or time of day, or the year is not 1970 to 9999.
  /// A second of 60 is taken for the first of the next minute.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard
      (1970...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.days(inMonth: month, of: year),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    self.init(unixSeconds: Int64(days * 86_400 + hour * 3600 + minute * 60 + second))
  }

  /// Seconds since 1970-01-01T00:00:00Z.
  public var unixSeconds: Int64 {
    let days = Self.daysSince1970(year: year, month: month, day: day)
    return Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
  }

  /// The day of the week: 0 is Sunday, 6 is Saturday.
  public var weekday: Int {
    // 1970-01-01 was a Thursday.
    (Self.daysSince1970(year: year, month: month, day: day) + 4) % 7
  }

  /// Whether `year` has a 29 February.
  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The number of days in `month` (1 to 12) of `year`.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let monthFromMarch = month <= 2 ? month + 9 : month - 3
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
  }
}
