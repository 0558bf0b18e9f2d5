internal import CLinux
internal import Glibc

/// The system's clocks.
public enum Clock {
  /// Nanoseconds of the monotonic clock: for deadlines and durations.
  public static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// The time of day.
  public static func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  /// Waits in this thread.
  public static func sleep(nanoseconds: UInt64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var rest = timespec()
    while unsafe nanosleep(&time, &rest) == -1 && Errno.current == .interrupted {
      time = rest
    }
  }
}

/// A moment as the local time zone's calendar and clock show it (localtime_r(3)).
public struct LocalTime: Sendable, Equatable {
  /// Reads the time zone's file now rather than when the first moment is shown (tzset(3)).
  public static func loadZone() { tzset() }

  /// Year of our era.
  public var year: Int
  /// 1…12.
  public var month: Int
  /// 1…31.
  public var day: Int
  /// 0…23.
  public var hour: Int
  /// 0…59.
  public var minute: Int
  /// 0…60.
  public var second: Int

  /// The moment so many seconds after 1970-01-01 00:00:00 UTC.
  public init(secondsSince1970: Int64) {
    var time = time_t(secondsSince1970)
    var parts = unsafe tm()
    unsafe localtime_r(&time, &parts)
    year = unsafe Int(parts.tm_year) + 1900
    month = unsafe Int(parts.tm_mon) + 1
    day = unsafe Int(parts.tm_mday)
    hour = unsafe Int(parts.tm_hour)
    minute = unsafe Int(parts.tm_min)
    second = unsafe Int(parts.tm_sec)
  }
}
