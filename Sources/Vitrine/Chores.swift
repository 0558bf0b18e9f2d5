internal import FileStore
internal import Journal
internal import Posix
internal import Synchronization

/// What the janitor does, again and again: removes pictures whose time is over, and brings the index in line with files
/// that came or went by another way than an upload.
final class Chores: Sendable {
  /// Nanoseconds between looks for pictures whose time is over.
  private static let pause: UInt64 = 1_000_000_000
  /// Nanoseconds after which a folder that changed is gone through, and one that shows no change.
  private static let reconciliationPause: UInt64 = 60_000_000_000
  private static let precautionPause: UInt64 = 3_600_000_000_000

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
    } catch {
      log.error("cannot reconcile the index: \(error)")
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
