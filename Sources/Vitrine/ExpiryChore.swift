internal import Journal
internal import LocalStorage
internal import Storage

/// Removes pictures whose time is over. One that cannot be removed keeps no other from being removed: it is left out
/// for a while.
struct ExpiryChore {
  /// Pictures that are asked for at once.
  private static let batch = 100
  /// Pictures that cannot be removed, at which no more are tried.
  private static let stuckLimit = 1_000
  /// Nanoseconds after which what failed is tried again.
  private static let retryPause: UInt64 = 10_000_000_000

  private let log: OperatorLog
  /// What could not be removed, and when it is tried again, on the monotonic clock.
  private var stuck: Set<StoredName> = []
  private var retry: UInt64 = 0
  /// When a store that did not answer is asked again.
  private var nextQuestion: UInt64 = 0

  init(log: OperatorLog) {
    self.log = log
  }

  /// Removes what is over.
  /// - Parameters:
  ///   - now: on the monotonic clock, in nanoseconds.
  ///   - expired: names so many pictures at most that are over, those first that have been so for longest.
  ///   - remove: removes one of them.
  mutating func run(
    at now: UInt64, expired: (Int) throws(StoreError) -> [StoredName], remove: (StoredName) throws(StoreError) -> Void
  ) {
    guard now >= nextQuestion else { return }
    if now >= retry { stuck = [] }
    do throws(StoreError) {
      var isMore = true
      while isMore, stuck.count < Self.stuckLimit {
        let limit = stuck.count + Self.batch
        let names = try expired(limit)
        for name in names where !stuck.contains(name) {
          do throws(StoreError) { try remove(name) } catch { fail(name, error, now) }
        }
        isMore = names.count == limit
      }
    } catch {
      log.error("cannot look for expired pictures: \(error)")
      nextQuestion = now &+ Self.retryPause
    }
  }

  /// The first of many is told of: they will have one reason.
  private mutating func fail(_ name: StoredName, _ error: StoreError, _ now: UInt64) {
    if stuck.isEmpty {
      log.error("cannot remove an expired picture: \(error)", ["name": name.text])
      retry = now &+ Self.retryPause
    }
    stuck.insert(name)
  }
}
