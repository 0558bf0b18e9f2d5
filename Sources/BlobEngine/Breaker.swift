/// Decides whether an engine is asked at all. After a few requests in a row that found nobody there, none is sent until
/// the engine has answered a probe.
struct Breaker: Equatable {
  /// Requests in a row that may find nobody.
  static let failureLimit = 5
  /// From one probe to the next, in nanoseconds: an engine that is back is used again soon after.
  static let probeInterval: UInt64 = 1_000_000_000

  private(set) var failures = 0
  /// Whether requests fail at once.
  private(set) var isOpen = false

  /// A request was answered, whatever it was answered.
  mutating func answered() {
    failures = 0
    isOpen = false
  }

  /// A request found nobody.
  /// - Returns: whether the breaker opens with this one: somebody has to begin to probe.
  mutating func failed() -> Bool {
    failures += 1
    guard !isOpen, failures >= Self.failureLimit else { return false }
    isOpen = true
    return true
  }
}
