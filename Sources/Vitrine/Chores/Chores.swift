internal import EventLoop
internal import Journal
internal import Pictures
internal import Posix
internal import Storage

/// What the janitor does for the pictures, again and again: removes those whose time is over, and what has been in the trash
/// for long enough, brings the catalogue in line with files that came or went by another way than an upload, and computes
/// in quiet times what the object store tells of pictures.
@EventLoopActor
final class Chores {
  /// Nanoseconds between looks for pictures whose time is over.
  private static let pause: UInt64 = 1_000_000_000
  /// Nanoseconds between looks into the trash.
  private static let trashPause: UInt64 = 60_000_000_000
  /// Nanoseconds after which a folder that changed is gone through, and one that shows no change.
  private static let reconciliationPause: UInt64 = 60_000_000_000
  private static let precautionPause: UInt64 = 3_600_000_000_000
  /// Seconds after the last change of the folder when times are quiet, and pictures that are read each second then.
  private static let quietAge: Int64 = 10
  private static let quietPortion = 20

  private let pictures: Pictures
  private let maintenance: any PictureMaintenance
  private let activity: ActivityLog
  private let turn: ChoreTurn?
  private let log: OperatorLog
  private var expiry = ExpirySchedule()
  /// Whether a picture is being removed, and app.log is yet to tell of it.
  private var isRemoving = false
  /// What ends the process, once nothing is half done.
  private var ending: (@EventLoopActor () -> Void)?

  init(
    pictures: Pictures, maintenance: any PictureMaintenance, activity: ActivityLog, turn: ChoreTurn? = nil,
    log: OperatorLog
  ) {
    self.pictures = pictures
    self.maintenance = maintenance
    self.activity = activity
    self.turn = turn
    self.log = log
  }

  /// Goes on for as long as the process lives.
  func run() async {
    var reconciled: (at: UInt64, folder: Timestamp?)?
    var nextTrashLook: UInt64 = 0
    // The state of the folder when no picture was without an MD5.
    var digested: Timestamp?
    while true {
      if let turn, await !turn.isOurs() {
        await EventLoop.current.sleep(nanoseconds: Self.pause)
        continue
      }
      let now = Clock.monotonicNanoseconds()
      let state = await maintenance.lastPictureChange()
      if Self.isReconciliationDue(last: reconciled, now: now, folder: state) {
        // As of before: what changes meanwhile is seen the next time.
        reconciled = (now, state)
        await reconcile()
      }
      await removeExpired(at: now)
      if now >= nextTrashLook {
        nextTrashLook = now + Self.trashPause
        await emptyTrash()
      }
      if let state, state != digested, Clock.now().seconds - state.seconds >= Self.quietAge, await !completeDigests() {
        digested = state
      }
      await EventLoop.current.sleep(nanoseconds: Self.pause)
    }
  }

  /// Runs `body`, which ends the process, at a moment when nothing is half done: at once, or as soon as the picture that is
  /// being removed is gone and app.log has a line for it.
  func interrupt(_ body: @escaping @EventLoopActor () -> Void) {
    guard isRemoving else { return body() }
    ending = body
  }

  // MARK: Pictures whose time is over

  private func removeExpired(at now: UInt64) async {
    do throws(StorageError) {
      while let limit = expiry.limit(at: now) {
        let names = try await pictures.expired(at: Clock.now(), limit: limit)
        for name in expiry.choice(of: names) {
          do throws(StorageError) { try await remove(name) } catch {
            guard expiry.couldNotRemove(name, at: now) else { continue }
            log.error("cannot remove an expired picture: \(error)", ["name": name.text])
          }
        }
        guard names.count == limit else { return }
      }
    } catch {
      log.error("cannot look for expired pictures: \(error)")
      expiry.couldNotAsk(at: now)
    }
  }

  private func remove(_ name: StoredName) async throws(StorageError) {
    isRemoving = true
    defer {
      isRemoving = false
      ending?()
    }
    do throws(StorageError) {
      let metadata = try await pictures.delete(name)
      activity.record(.pictureExpired(name: metadata.originalName))
      log.info("picture expired", ["name": name.text])
    } catch .noSuchKey {
      // The janitor of the program before, or the uploader, was faster.
    }
  }

  // MARK: The trash

  private func emptyTrash() async {
    do throws(StorageError) {
      let count = try await pictures.emptyTrash()
      if count > 0 { log.info("pictures in the trash removed for good", ["pictures": count]) }
      try await pictures.dropReportsOfMissing()
    } catch {
      log.error("cannot empty the trash: \(error)")
    }
  }

  // MARK: The catalogue

  private static func isReconciliationDue(
    last: (at: UInt64, folder: Timestamp?)?, now: UInt64, folder: Timestamp?
  ) -> Bool {
    guard let last else { return true }
    let elapsed = now &- last.at
    return elapsed >= precautionPause || (elapsed >= reconciliationPause && folder != last.folder)
  }

  private func reconcile() async {
    do throws(StorageError) {
      let result = try await maintenance.reconcilePictures()
      log.info(
        "index reconciled",
        ["files": result.files, "listed": result.listed, "dropped": result.dropped, "foreign": result.foreign])
      if let obstacle = result.obstacle {
        log.warning("\(result.unreadable) files in images/ cannot be looked at: \(obstacle)")
      }
    } catch {
      log.error("cannot reconcile the index: \(error)")
    }
  }

  /// - Returns: whether there is more to do.
  private func completeDigests() async -> Bool {
    do throws(StorageError) {
      return try await maintenance.completePictureDigests(limit: Self.quietPortion)
    } catch {
      // Until the folder changes: whoever lists pictures as objects gets the error.
      log.warning("cannot compute the MD5 of pictures: \(error)")
      return false
    }
  }
}
