/// How fast a response is taken, measured by the time that each stretch of it needs.
struct TransferPace: Sendable {
  /// Bytes of a stretch.
  static let stretch: UInt64 = 16 << 20
  /// The most nanoseconds that a fast reader needs for one.
  static let limit: UInt64 = 500_000_000

  private var count: UInt64 = 0
  private var began: UInt64?
  /// Whether the last stretch was taken fast.
  private(set) var isFast = false

  /// Counts bytes that were handed over.
  /// - Parameter now: monotonic nanoseconds.
  /// - Returns: whether `isFast` is another one now.
  mutating func advance(_ bytes: UInt64, at now: UInt64) -> Bool {
    guard let start = began else {
      began = now
      return false
    }
    count &+= bytes
    guard count >= Self.stretch else { return false }
    let wasFast = isFast
    isFast = now &- start <= Self.limit
    count = 0
    began = now
    return isFast != wasFast
  }

  /// Another response starts, of which nothing is known.
  mutating func reset() {
    count = 0
    began = nil
    isFast = false
  }
}
