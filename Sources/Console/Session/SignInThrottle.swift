internal import HTTPSemantics

/// Makes whoever guesses secrets wait, without keeping out who knows one.
///
/// Two things are counted for each network and key. Attempts are judged at a bounded rate, with room for a good many at
/// once: that bounds guessing. Wrong ones are answered the later the more there were, and at last refused at once; what
/// was wrong before does not count against an attempt that is right. Behind one address, such as that of a tunnel, may
/// be many people.
struct SignInThrottle: Sendable {
  /// Guessers that are remembered; beyond that, the one that may try soonest is forgotten.
  static let capacity = 4_096
  /// Attempts that are judged without a wait.
  static let burst: UInt64 = 64
  /// From then on one is judged in so many nanoseconds.
  static let interval: UInt64 = 1_000_000_000
  /// Failures that are answered without a wait: people mistype.
  static let freeFailures = 3
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
    /// When all attempts that were judged have been paid for, at the rate that they may come.
    var judged: UInt64
    var failures = 0
    /// When the next wrong attempt may be answered.
    var answer: UInt64

    init(_ now: UInt64) {
      judged = now
      answer = now
    }

    /// When nothing is held against the guesser any more.
    var end: UInt64 { max(judged, answer) }
  }

  private var entries: [Guesser: Entry] = [:]

  /// What becomes of an attempt.
  enum Decision: Equatable {
    /// It is judged, or answered, after so many nanoseconds.
    case after(UInt64)
    /// It is refused; the next one may come after so many seconds.
    case refused(retryAfter: Int)

    fileprivate init(_ wait: UInt64) {
      self =
        wait <= SignInThrottle.longestWait ? .after(wait) : .refused(retryAfter: Int(wait / 1_000_000_000) + 1)
    }
  }

  /// How many guessers are remembered.
  var count: Int { entries.count }

  /// Takes an attempt of an address at a key: when is it judged?
  /// - Parameter now: nanoseconds on any clock that does not go back.
  mutating func admit(_ address: String, _ name: String, at now: UInt64) -> Decision {
    let guesser = Guesser(address, name)
    var entry = entry(of: guesser, at: now)
    let ahead = max(now, entry.judged) - now
    let room = (Self.burst - 1) * Self.interval
    let decision = Decision(ahead > room ? ahead - room : 0)
    // A refused attempt does not put off those that follow.
    if case .after = decision { entry.judged = now + ahead + Self.interval }
    keep(entry, of: guesser)
    return decision
  }

  /// The attempt was wrong: when is that answered?
  mutating func failed(_ address: String, _ name: String, at now: UInt64) -> Decision {
    let guesser = Guesser(address, name)
    var entry = entry(of: guesser, at: now)
    let start = max(now, entry.answer)
    let decision = Decision(start - now)
    if case .after = decision {
      entry.failures += 1
      entry.answer = start + Self.delay(after: entry.failures)
    }
    keep(entry, of: guesser)
    return decision
  }

  /// The attempt was right: those before it were no guesses.
  mutating func succeeded(_ address: String, _ name: String) {
    entries[Guesser(address, name)] = nil
  }

  private func entry(of guesser: Guesser, at now: UInt64) -> Entry {
    guard let entry = entries[guesser] else { return Entry(now) }
    return now > entry.end && now - entry.end > Self.memory ? Entry(now) : entry
  }

  private mutating func keep(_ entry: Entry, of guesser: Guesser) {
    if entries[guesser] == nil, entries.count >= Self.capacity { forgetOne() }
    entries[guesser] = entry
  }

  private static func delay(after failures: Int) -> UInt64 {
    guard failures >= freeFailures else { return 0 }
    return min(longestDelay, firstDelay << UInt64(min(failures - freeFailures, 16)))
  }

  private mutating func forgetOne() {
    if let soonest = entries.min(by: { $0.value.end < $1.value.end })?.key { entries[soonest] = nil }
  }
}
