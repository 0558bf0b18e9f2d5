internal import Posix

/// How long a folder must have been left alone before it is packed: a file that FTP is still writing looks like any other.
struct SettlingTime: Sendable {
  /// Nanoseconds; 0 for not waiting at all.
  let nanoseconds: Int64
  /// Room for the file system's clock, which is up to a step behind.
  private static let clockStep: Int64 = 10_000_000

  /// The longest time, in nanoseconds, that a request waits for a folder.
  var longestWait: UInt64 { UInt64(nanoseconds) * 2 }
  /// Seconds after which it is worth trying again.
  var retryAfter: Int { max(1, Int((nanoseconds + 999_999_999) / 1_000_000_000)) }

  /// What is left to wait for a folder, in nanoseconds; nil where it has settled.
  /// - Parameters:
  ///   - newest: when a file of it was last written to.
  ///   - listed: a moment before it was listed: what was written since then has not settled either.
  func rest(_ newest: Timestamp?, listed: Timestamp, now: Timestamp) -> UInt64? {
    guard nanoseconds > 0, let newest else { return nil }
    guard listed.totalNanoseconds &- newest.totalNanoseconds < nanoseconds else { return nil }
    let end = newest.totalNanoseconds &+ nanoseconds &+ Self.clockStep
    return UInt64(max(Self.clockStep, end &- now.totalNanoseconds))
  }
}
