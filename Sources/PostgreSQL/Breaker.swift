/// Whether it is worth asking: after a failure not for a moment, which doubles with each further one; then one may try.
struct Breaker {
  private let pauses: (first: UInt64, most: UInt64)
  private var failures = 0
  private var closedFrom: UInt64 = 0
  /// Whether somebody is trying whether it is back.
  private var isOnTrial = false
  /// Why it was away.
  private(set) var reason = ""

  /// - Parameter pauses: in nanoseconds.
  init(pauses: (first: UInt64, most: UInt64)) { self.pauses = pauses }

  /// Whether it was away when it was asked last.
  var isOpen: Bool { failures > 0 }

  /// Whether the caller may ask now. Whoever is allowed to while it is open tells of the outcome.
  mutating func allows(at now: UInt64) -> Bool {
    guard failures > 0 else { return true }
    guard now >= closedFrom, !isOnTrial else { return false }
    isOnTrial = true
    return true
  }

  mutating func failed(at now: UInt64, _ reason: String) {
    self.reason = reason
    isOnTrial = false
    closedFrom = now &+ min(pauses.most, pauses.first << UInt64(min(failures, 10)))
    failures += 1
  }

  mutating func succeeded() {
    failures = 0
    isOnTrial = false
  }
}
