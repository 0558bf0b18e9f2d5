internal import CSQLite
internal import Posix

/// How a connection waits for another one's write lock.
///
/// SQLite's own handler sleeps for whole milliseconds, longer than a transaction of the index takes; all threads of the
/// process that want to write wait with it.
enum BusyBackoff {
  private static let firstPause: UInt32 = 100
  private static let longestPause: UInt32 = 5_000

  /// Microseconds to wait before attempt `attempt` (from 0 on); nil when `limit` milliseconds have gone by in waiting.
  static func pause(before attempt: Int32, limit: Int) -> UInt32? {
    let growing = Int(longestPause / firstPause)
    let attempt = Int(max(0, attempt))
    let steps = min(attempt, growing)
    let waited = Int(firstPause) * steps * (steps + 1) / 2 + max(0, attempt - growing) * Int(longestPause)
    guard waited < limit * 1_000 else { return nil }
    return min(UInt32(clamping: attempt + 1) * firstPause, longestPause)
  }
}

extension Connection {
  /// Waits so long for another connection's lock, in milliseconds.
  func setBusyTimeout(milliseconds: Int32) {
    let limit = unsafe UnsafeMutableRawPointer(bitPattern: Int(max(0, milliseconds)))
    _ = unsafe sqlite3_busy_handler(
      handle,
      { limit, attempt in
        guard let pause = BusyBackoff.pause(before: attempt, limit: Int(bitPattern: limit)) else { return 0 }
        Clock.sleep(nanoseconds: UInt64(pause) * 1_000)
        return 1
      }, limit)
  }
}
