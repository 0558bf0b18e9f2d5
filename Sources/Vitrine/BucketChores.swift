internal import Journal
internal import LocalStorage
internal import Posix
internal import Storage

/// What the janitor does for the object store, on a thread of its own: lists files that came by another way than the S3
/// door, and removes multipart uploads that nobody completed. None of it is harmed by a sudden end.
final class BucketChores: Sendable {
  /// Seconds after which an upload that nobody completed is removed.
  private static let staleAfter: Int64 = 7 * 86_400
  /// Seconds after which what a process that died left behind is removed: longer than any request takes.
  private static let leftoverAfter: Int64 = 3_600
  /// Nanoseconds between scans, at least; and how many times longer than a scan the pause after it is.
  private static let pause: UInt64 = 180_000_000_000
  private static let restFactor: UInt64 = 10

  private let store: BucketStore
  private let log: OperatorLog

  init(store: BucketStore, log: OperatorLog) {
    self.store = store
    self.log = log
  }

  /// Runs for as long as the process lives.
  func run() {
    while true {
      let started = Clock.monotonicNanoseconds()
      scan()
      removeStaleUploads()
      removeLeftovers()
      let taken = Clock.monotonicNanoseconds() &- started
      Clock.sleep(nanoseconds: Self.rest(after: taken))
    }
  }

  /// How long to rest after a scan that took `taken`, both in nanoseconds.
  static func rest(after taken: UInt64) -> UInt64 {
    let (rest, isTooMuch) = taken.multipliedReportingOverflow(by: restFactor)
    return isTooMuch ? .max : max(pause, rest)
  }

  private func scan() {
    for name in (try? store.names()) ?? [] {
      do throws(StorageError) { try store.scan(name) } catch .noSuchBucket {
        // A folder that is no bucket, or that was deleted at this moment.
      } catch {
        log.error("cannot scan a bucket: \(error)", ["bucket": name])
      }
    }
  }

  private func removeStaleUploads() {
    do throws(StorageError) {
      let count = try store.removeStaleUploads(before: Self.moment(secondsAgo: Self.staleAfter))
      if count > 0 { log.info("stale multipart uploads removed", ["uploads": count]) }
    } catch {
      log.error("cannot remove stale multipart uploads: \(error)")
    }
  }

  /// Removes what processes that died left behind, but not what another worker may have under way.
  func removeLeftovers() {
    do throws(StorageError) {
      let count = try store.removeLeftovers(before: Self.moment(secondsAgo: Self.leftoverAfter))
      if count > 0 { log.info("leftovers of interrupted requests removed", ["files": count]) }
    } catch {
      log.error("cannot remove leftovers of interrupted requests: \(error)")
    }
  }

  private static func moment(secondsAgo seconds: Int64) -> Timestamp {
    let now = Clock.now()
    return Timestamp(seconds: now.seconds - seconds, nanoseconds: now.nanoseconds)
  }
}
