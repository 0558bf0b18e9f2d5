internal import Storage
internal import Synchronization

/// What was read of buckets while nothing about any of them has changed: most requests want what the one before wanted.
final class KnownBuckets: Sendable {
  /// The most bytes that are remembered; beyond, all of it is forgotten.
  private static let limit = 1 << 20
  /// What a bucket takes besides its texts.
  private static let overhead = 256

  private struct State {
    /// When all of it was read.
    var moment: NameChanges.BucketMoment?
    var configurations: [String: BucketConfiguration] = [:]
    var bytes = 0
  }

  private let changes: NameChanges
  private let state = Mutex(State())

  /// - Parameter changes: tells of changes; while it does not listen, nothing is known.
  init(_ changes: NameChanges) { self.changes = changes }

  /// The present moment, to be taken before the database is asked.
  var moment: NameChanges.BucketMoment? { changes.bucketMoment }

  /// The configuration of a bucket, if it is known to be the present one.
  func configuration(of bucket: String) -> BucketConfiguration? {
    guard let moment else { return nil }
    return state.withLock { $0.moment == moment ? $0.configurations[bucket] : nil }
  }

  /// Remembers what the database told.
  /// - Parameter moment: that before it was asked.
  func note(_ configuration: BucketConfiguration, of bucket: String, readIn moment: NameChanges.BucketMoment?) {
    // What changed meanwhile may have changed before or after it was read.
    guard let moment, moment == self.moment else { return }
    let texts = [bucket, configuration.owner, configuration.acl] + Array(configuration.documents.values)
    let bytes = texts.reduce(Self.overhead) { $0 + $1.utf8.count }
    state.withLock { state in
      if state.moment != moment || state.bytes + bytes > Self.limit { state = State(moment: moment) }
      guard bytes <= Self.limit, state.configurations.updateValue(configuration, forKey: bucket) == nil else { return }
      state.bytes += bytes
    }
  }

  /// This process has changed a bucket.
  func noteOwnChange() { changes.noteOwnChange() }
}
