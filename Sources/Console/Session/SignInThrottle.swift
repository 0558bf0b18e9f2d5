internal import HTTPSemantics

/// Makes whoever guesses wait: each attempt of an address at a key that has failed before comes later than the one before
/// it. Attempts at the same time wait one behind another. Whoever knows another key, or mistypes his own, keeps nobody
/// else waiting.
struct SignInThrottle: Sendable {
  /// Guessers that are remembered; beyond that, the one that may try soonest is forgotten.
  static let capacity = 4_096
  /// Failures without a wait: people mistype.
  static let freeAttempts = 3
  /// The wait after the next failure, in nanoseconds; it doubles from there on.
  static let firstDelay: UInt64 = 500_000_000
  static let longestDelay: UInt64 = 30_000_000_000
  /// The longest that a request is kept waiting; beyond, it is refused.
  static let longestWait: UInt64 = 10_000_000_000
  /// After this long without an attempt all is forgotten.
  static let memory: UInt64 = 900_000_000_000

  private struct Guesser: Hashable {
    let network: String
    let name: String

    init(_ address: String, _ name: String) {
      network = ClientNetwork.text(of: address)
      self.name = String(name.prefix(128))
    }
  }

  private struct Entry {
    var attempts = 0
    var next: UInt64
  }

  private var entries: [Guesser: Entry] = [:]

  /// What becomes of an attempt.
  enum Decision: Equatable {
    /// It may be made after so many nanoseconds.
    case after(UInt64)
    /// It is refused; the next one may come after so many seconds.
    case refused(retryAfter: Int)
  }

  /// How many guessers are remembered.
  var count: Int { entries.count }

  /// Takes an attempt of an address at a key for a failure until it turns out not to be.
  /// - Parameter now: nanoseconds on any clock that does not go back.
  mutating func admit(_ address: String, _ name: String, at now: UInt64) -> Decision {
    let guesser = Guesser(address, name)
    var entry = entries[guesser] ?? Entry(next: now)
    if now > entry.next, now - entry.next > Self.memory { entry = Entry(next: now) }
    let start = max(now, entry.next)
    guard start - now <= Self.longestWait else {
      return .refused(retryAfter: Int((start - now) / 1_000_000_000) + 1)
    }
    entry.attempts += 1
    entry.next = start + Self.delay(after: entry.attempts)
    if entries[guesser] == nil, entries.count >= Self.capacity { forgetOne() }
    entries[guesser] = entry
    return .after(start - now)
  }

  /// The attempt was right: those before it were no guesses.
  mutating func succeeded(_ address: String, _ name: String) {
    entries[Guesser(address, name)] = nil
  }

  private static func delay(after attempts: Int) -> UInt64 {
    guard attempts >= freeAttempts else { return 0 }
    return min(longestDelay, firstDelay << UInt64(min(attempts - freeAttempts, 16)))
  }

  private mutating func forgetOne() {
    if let soonest = entries.min(by: { $0.value.next < $1.value.next })?.key { entries[soonest] = nil }
  }
}
