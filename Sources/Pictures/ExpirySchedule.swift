public import Storage

/// Decides which pictures whose time is over are removed, and when. One that cannot be removed keeps no other from being
/// removed: it is left out for a while. Moments are nanoseconds of the monotonic clock.
public struct ExpirySchedule: Sendable {
  /// Pictures that are asked for at once.
  private static let batch = 100
  /// Pictures that cannot be removed, at which no more are tried.
  private static let stuckLimit = 1_000
  /// Nanoseconds after which what failed is tried again.
  private static let retryPause: UInt64 = 10_000_000_000

  /// What could not be removed, and when it is tried again.
  private var stuck: Set<StoredName> = []
  private var retry: UInt64 = 0
  /// When a catalogue that did not answer is asked again.
  private var nextQuestion: UInt64 = 0

  /// One to which nothing has happened yet.
  public init() {}

  /// How many names are to be asked for; nil where none are.
  public mutating func limit(at now: UInt64) -> Int? {
    guard now >= nextQuestion else { return nil }
    if now >= retry { stuck = [] }
    return stuck.count < Self.stuckLimit ? stuck.count + Self.batch : nil
  }

  /// Those of the names that are to be removed now.
  public func choice(of names: [StoredName]) -> [StoredName] {
    names.filter { !stuck.contains($0) }
  }

  /// A picture could not be removed.
  /// - Returns: whether it is the first of this time. It is enough to tell of that: they will have one reason.
  public mutating func couldNotRemove(_ name: StoredName, at now: UInt64) -> Bool {
    let isFirst = stuck.isEmpty
    if isFirst { retry = now &+ Self.retryPause }
    stuck.insert(name)
    return isFirst
  }

  /// The catalogue did not tell the names.
  public mutating func couldNotAsk(at now: UInt64) {
    nextQuestion = now &+ Self.retryPause
  }
}
