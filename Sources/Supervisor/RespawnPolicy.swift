/// When a worker that died is replaced: at once, but with a growing pause if it did not even get ready.
struct RespawnPolicy: Equatable, Sendable {
  /// The pause after the first such death, doubled with each further one, in nanoseconds.
  static let firstPause: UInt64 = 100_000_000
  /// The longest pause, in nanoseconds.
  static let longestPause: UInt64 = 5_000_000_000

  private var failures = 0

  /// Notes a death.
  /// - Parameter wasReady: whether the worker had accepted requests.
  /// - Returns: the pause before its successor starts, in nanoseconds.
  mutating func pause(afterDeathOfReadyWorker wasReady: Bool) -> UInt64 {
    guard !wasReady else {
      failures = 0
      return 0
    }
    defer { failures += 1 }
    return failures >= 6 ? Self.longestPause : min(Self.longestPause, Self.firstPause << UInt64(failures))
  }
}
