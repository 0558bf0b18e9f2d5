/// MS-DOS date and time (APPNOTE 4.4.6): two-second steps from 1980 to 2107, without a time zone.
///
/// Times are given in UTC, so that an archive does not depend on where it was made.
struct DOSDateTime: Equatable {
  let date: UInt16
  let time: UInt16

  private static let first: Int64 = 315_532_800  // 1980-01-01 00:00:00 UTC
  private static let last: Int64 = 4_354_819_199  // 2107-12-31 23:59:59 UTC

  /// The nearest time that can be expressed; odd seconds are rounded down.
  init(unixTime: Int64) {
    let clamped = min(max(unixTime, Self.first), Self.last)
    let (days, seconds) = clamped.quotientAndRemainder(dividingBy: 86_400)
    let (year, month, day) = Self.civilDate(daysSince1970: days)
    date = UInt16(truncatingIfNeeded: (year - 1980) << 9 | month << 5 | day)
    time = UInt16(truncatingIfNeeded: (seconds / 3600) << 11 | (seconds / 60 % 60) << 5 | seconds % 60 / 2)
  }

  /// Proleptic Gregorian date. Years are counted from March, so that a leap day is the last of its year.
  private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let days = daysSince1970 + 719_468  // since 0000-03-01
    let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, day)
  }
}
