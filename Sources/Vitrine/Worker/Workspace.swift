internal import AccountRecords
internal import EventLoop
internal import Journal
internal import LocalStorage
internal import Magic
internal import Pictures
internal import Posix
internal import ProgramSettings
internal import Storage

/// What each process that works on the data opens for itself, after its fork.
struct Workspace {
  let activityLogPath: String
  let activity: ActivityLog
  /// What this host keeps for itself.
  let privateFolder: PrivateFolder
  let storage: any OpenedStorage
  /// The part of it that several hosts share; nil where nothing is shared.
  let shared: SharedStorage?
  let keys: AccessKeyStore
  /// Sessions of the console that were signed out of.
  let ended: EndedSessions

  /// - Parameters:
  ///   - pool: threads that may wait for the disk of the data folder.
  ///   - lines: writes app.log; without it, whoever records an event waits until its line is written.
  @EventLoopActor
  init(
    _ settings: Settings, _ magic: MagicDatabase, pool: BlockingPool, _ log: OperatorLog, lines: LineQueue? = nil
  ) throws {
    activityLogPath = settings.logs + "/app.log"
    activity = try ActivityLog(path: activityLogPath, language: settings.language, queue: lines) { error in
      log.error("app.log cannot be written: \(error)")
    }
    privateFolder = try PrivateFolder(dataFolder: settings.data)
    if let both = settings.shared {
      let opened = try SharedStorage(settings, both, pool: pool, log)
      (storage, shared) = (opened, opened)
    } else {
      storage = try FolderStorage(settings, in: privateFolder, magic, pool: pool, log)
      shared = nil
    }
    keys = AccessKeyStore(in: storage.documents)
    ended = EndedSessions(in: storage.documents)
  }

  /// The pictures, as the settings limit them.
  func pictures(_ settings: Settings, _ magic: MagicDatabase) -> Pictures {
    Pictures(
      storage.pictures, blocked: storage.pictures, trash: storage.pictures,
      reports: PictureReports(in: storage.documents),
      limits: PictureLimits(bytes: settings.maxUpload, pixels: settings.maxPixels), magic: magic,
      areModerated: settings.areModerated)
  }

  /// USR1: the file was renamed.
  func reopenActivityLog(_ log: OperatorLog) {
    activity.reopen { error in log.error("app.log cannot be reopened: \(error)") }
  }
}
