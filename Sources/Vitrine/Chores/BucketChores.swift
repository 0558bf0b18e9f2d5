internal import EventLoop
internal import Journal
internal import Posix
internal import Storage

/// What the janitor does for the object store, again and again: lists files that came by another way than the S3
/// service, and removes multipart uploads that nobody completed. None of it is harmed by a sudden end.
@EventLoopActor
final class BucketChores {
  /// Seconds after which an upload that nobody completed is removed.
  private static let staleAfter: Int64 = 7 * 86_400
  /// Seconds after which what a process that died left behind is removed: longer than any request takes.
  private static let leftoverAfter: Int64 = 3_600
  /// Nanoseconds between scans, at least; and how many times longer than a scan the pause after it is.
  private nonisolated static let pause: UInt64 = 180_000_000_000
  private nonisolated static let restFactor: UInt64 = 10
  /// Nanoseconds between looks whether it is this process's turn.
  private static let turnPause: UInt64 = 5_000_000_000

  private let store: any BucketCatalog & BucketMaintenance
  private let turn: ChoreTurn?
  private let log: OperatorLog

  init(store: any BucketCatalog & BucketMaintenance, turn: ChoreTurn? = nil, log: OperatorLog) {
    self.store = store
    self.turn = turn
    self.log = log
  }

  /// Goes on for as long as the process lives.
  func run() async {
    while true {
      if let turn, await !turn.isOurs() {
        await EventLoop.current.sleep(nanoseconds: Self.turnPause)
        continue
      }
      let started = Clock.monotonicNanoseconds()
      await reconcile()
      await removeStaleUploads()
      await removeLeftovers()
      let taken = Clock.monotonicNanoseconds() &- started
      await EventLoop.current.sleep(nanoseconds: Self.rest(after: taken))
    }
  }

  /// How long to rest after a scan that took `taken`, both in nanoseconds.
  nonisolated static func rest(after taken: UInt64) -> UInt64 {
    let (rest, isTooMuch) = taken.multipliedReportingOverflow(by: restFactor)
    return isTooMuch ? .max : max(pause, rest)
  }

  private func reconcile() async {
    for name in (try? await store.bucketNames()) ?? [] {
      do throws(StorageError) { try await store.reconcileObjects(of: name) } catch .noSuchBucket {
        // A folder that is no bucket, or that was deleted at this moment.
      } catch {
        log.error("cannot scan a bucket: \(error)", ["bucket": name])
      }
    }
  }

  private func removeStaleUploads() async {
    do throws(StorageError) {
      let count = try await store.removeStaleUploads(before: Self.moment(secondsAgo: Self.staleAfter))
      if count > 0 { log.info("stale multipart uploads removed", ["uploads": count]) }
    } catch {
      log.error("cannot remove stale multipart uploads: \(error)")
    }
  }

  /// Removes what processes that died left behind, but not what another worker may have under way.
  func removeLeftovers() async {
    do throws(StorageError) {
      let count = try await store.removeLeftovers(before: Self.moment(secondsAgo: Self.leftoverAfter))
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
