/// Lets lines about refused requests into a log as long as they are few: whoever is refused is often unknown, and could
/// fill a disk with them. Once they are too many they are only counted, for a minute at least; then one line tells how
/// many there were.
struct RefusalGate: Sendable {
  /// The bytes of lines that may come at once.
  static let burst = 131_072
  /// The bytes of lines that may come each second for good.
  static let rate = 512
  /// Seconds for which lines are only counted once there were too many.
  static let pause: Int64 = 60

  private var allowance = burst
  private var last: Int64?
  private var closedUntil: Int64?
  private var leftOut = 0

  /// Whether a line of so many bytes is to be written now; it counts as left out otherwise.
  /// - Parameter now: seconds of any clock.
  mutating func admits(bytes: Int, at now: Int64) -> Bool {
    refill(now)
    guard closedUntil == nil, bytes <= allowance else {
      if closedUntil == nil { closedUntil = now + Self.pause }
      leftOut += 1
      return false
    }
    allowance -= bytes
    return true
  }

  /// How many lines were left out, once it is time to report it; reported once.
  /// - Parameter isLast: tells at once, since nobody will ask again.
  mutating func summary(at now: Int64, isLast: Bool = false) -> Int? {
    // A clock that was set back must not keep it closed.
    guard let closedUntil, isLast || now >= closedUntil || now < closedUntil - Self.pause else { return nil }
    self.closedUntil = nil
    defer { leftOut = 0 }
    return leftOut
  }

  private mutating func refill(_ now: Int64) {
    let elapsed = max(0, min(now - (last ?? now), Int64(Self.burst / Self.rate)))
    allowance = min(Self.burst, allowance + Int(elapsed) * Self.rate)
    last = now
  }
}
