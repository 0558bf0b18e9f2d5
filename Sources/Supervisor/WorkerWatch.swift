/// Tells workers that hang from workers that live, by the beats that they leave in the scoreboard.
///
/// It counts looks, not time: a machine that was suspended for a minute has missed one look, not sixty.
struct WorkerWatch: Equatable, Sendable {
  /// What is known of one worker at one look.
  struct Sign: Equatable, Sendable {
    /// Its process; 0 where there is none.
    var process: Int32
    /// Whether it accepts requests; one that is still starting is not watched.
    var isReady: Bool
    /// Its counter of beats.
    var beats: UInt64
  }

  /// What follows from a look.
  struct Verdict: Equatable, Sendable {
    /// Whether somebody serves, and nobody is silent: only then may the service manager's watchdog be fed.
    var isHealthy: Bool
    /// The slots whose workers are to be given up now; each is named once.
    var hung: [Int]
  }

  /// Looks at which a worker may have given no sign before it is called silent.
  static let silentLooks = 3
  /// Looks without a sign after which it is given up.
  static let hungLooks = 15

  private var last: [Sign]
  private var misses: [Int]

  /// A watch over so many slots.
  init(slots: Int) {
    last = Array(repeating: Sign(process: 0, isReady: false, beats: 0), count: slots)
    misses = Array(repeating: 0, count: slots)
  }

  /// Takes the signs of all slots, once per beat.
  mutating func look(at signs: [Sign]) -> Verdict {
    var verdict = Verdict(isHealthy: false, hung: [])
    var isAnyoneSilent = false
    for (slot, sign) in signs.enumerated() where slot < last.count {
      misses[slot] = sign.isReady && sign == last[slot] ? misses[slot] + 1 : 0
      last[slot] = sign
      guard sign.isReady else { continue }
      if misses[slot] < Self.silentLooks { verdict.isHealthy = true } else { isAnyoneSilent = true }
      if misses[slot] == Self.hungLooks { verdict.hung.append(slot) }
    }
    if isAnyoneSilent { verdict.isHealthy = false }
    return verdict
  }
}
