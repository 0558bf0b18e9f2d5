internal import Journal
internal import LocalStorage
internal import Posix
internal import Storage
internal import Synchronization

/// What the janitor does, again and again: removes pictures whose time is over, brings the index in line with files
/// that came or went by another way than an upload, and computes in quiet times what the object store tells of pictures.
final class Chores: Sendable {
  /// Nanoseconds between looks for pictures whose time is over.
  private static let pause: UInt64 = 1_000_000_000
  /// Nanoseconds after which a folder that changed is gone through, and one that shows no change.
  private static let reconciliationPause: UInt64 = 60_000_000_000
  private static let precautionPause: UInt64 = 3_600_000_000_000
  /// Seconds after the last change of the folder when times are quiet, and pictures that are read each second then.
  private static let quietAge: Int64 = 10
  private static let quietPortion = 20

  private let store: ImageStore
  private let imagesFolder: String
  private let activity: ActivityLog
  private let log: OperatorLog
  /// Held while something is done that should not be left half done.
  private let uninterrupted = Mutex(())

  init(store: ImageStore, imagesFolder: String, activity: ActivityLog, log: OperatorLog) {
    self.store = store
    self.imagesFolder = imagesFolder
    self.activity = activity
    self.log = log
  }

  /// Runs on a thread of its own, for as long as the process lives.
  func run() {
    var reconciled: (at: UInt64, folder: Timestamp?)?
    var expiry = ExpiryChore(log: log)
    // The state of the folder when no picture was without an MD5.
    var digested: Timestamp?
    while true {
      let now = Clock.monotonicNanoseconds()
      let state = (try? fileStatus(atPath: imagesFolder))?.modified
      if Self.isReconciliationDue(last: reconciled, now: now, folder: state) {
        // As of before: what changes meanwhile is seen the next time.
        reconciled = (now, state)
        reconcile()
      }
      expiry.run(at: now) { (limit) throws(StoreError) in
        try store.expired(at: Clock.now(), limit: limit)
      } remove: { (name) throws(StoreError) in
        try uninterrupted.withLock { (_) throws(StoreError) in try removeExpired(name) }
      }
      if let state, state != digested, Clock.now().seconds - state.seconds >= Self.quietAge, !completeMD5() {
        digested = state
      }
      Clock.sleep(nanoseconds: Self.pause)
    }
  }

  /// Runs `body`, which ends the process, at a moment when nothing is half done.
  func interrupt(_ body: () -> Never) -> Never {
    uninterrupted.withLock { _ in body() }
  }

  private static func isReconciliationDue(
    last: (at: UInt64, folder: Timestamp?)?, now: UInt64, folder: Timestamp?
  ) -> Bool {
    guard let last else { return true }
    let elapsed = now &- last.at
    return elapsed >= precautionPause || (elapsed >= reconciliationPause && folder != last.folder)
  }

  private func reconcile() {
    do throws(StoreError) {
      let result = try store.reconcile()
      log.info(
        "index reconciled",
        [
          "files": result.files, "listed": result.listed, "dropped": result.dropped, "strangers": result.strangers,
        ])
      if let obstacle = result.obstacle {
        log.warning("\(result.unreadable) files in images/ cannot be looked at: \(obstacle)")
      }
      try store.reconcileExpiryMarks()
    } catch {
      log.error("cannot reconcile the index: \(error)")
    }
  }

  /// Returns whether there is more to do.
  private func completeMD5() -> Bool {
    do throws(StoreError) {
      return try store.completeMD5(limit: Self.quietPortion)
    } catch {
      // Until the folder changes: whoever lists pictures as objects gets the error.
      log.warning("cannot compute the MD5 of pictures: \(error)")
      return false
    }
  }

  private func removeExpired(_ name: StoredName) throws(StoreError) {
    do throws(StoreError) {
      let original = try store.facts(of: name)?.originalName ?? name.text
      try store.remove(name)
      activity.record(.pictureExpired(name: original))
      log.info("picture expired", ["name": name.text])
    } catch .notFound {
      // The janitor of the program before, or the uploader, was faster.
    }
  }
}
