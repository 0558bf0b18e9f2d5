internal import EventLoop
internal import FileStore
internal import Journal
internal import Posix

/// What a worker does for the store besides requests.
@EventLoopActor
final class Upkeep {
  /// Nanoseconds between looks for pictures whose time is over.
  private static let expiryInterval: UInt64 = 5_000_000_000
  /// Pictures that are removed in one go.
  private nonisolated static let expiryBatch = 100

  private let store: ImageStore
  private let pool: BlockingPool
  private let activity: ActivityLog
  private let log: OperatorLog

  init(store: ImageStore, pool: BlockingPool, activity: ActivityLog, log: OperatorLog) {
    self.store = store
    self.pool = pool
    self.activity = activity
    self.log = log
  }

  /// Settles what workers that are gone left half done.
  func settle() {
    pool.submit { [store, log] in
      do throws(StoreError) { try store.settleIntents() } catch { log.error("cannot settle intents: \(error)") }
    }
  }

  /// Brings the index up to date with the files.
  func reconcile() {
    pool.submit { [store, log] in
      do throws(StoreError) {
        let result = try store.reconcile()
        log.info(
          "index reconciled",
          [
            "files": result.files, "listed": result.listed, "dropped": result.dropped, "strangers": result.strangers,
          ])
      } catch {
        log.error("cannot reconcile the index: \(error)")
      }
    }
  }

  /// Removes pictures whose time is over, again and again.
  func removeExpired() {
    EventLoop.current.start { [self] in
      while true {
        await pool.run { [store, activity, log] in
          Self.removeExpired(store, activity, log)
        }
        await EventLoop.current.sleep(nanoseconds: Self.expiryInterval)
      }
    }
  }

  private nonisolated static func removeExpired(_ store: ImageStore, _ activity: ActivityLog, _ log: OperatorLog) {
    do throws(StoreError) {
      for name in try store.expired(at: Clock.now(), limit: expiryBatch) {
        let original = try store.facts(of: name)?.originalName ?? name.text
        try store.remove(name)
        activity.record(.pictureExpired(name: original))
        log.info("picture expired", ["name": name.text])
      }
    } catch {
      log.error("cannot remove expired pictures: \(error)")
    }
  }
}
