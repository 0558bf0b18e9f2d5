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
  let privateFolder: PrivateFolder
  let catalog: LocalPictureCatalog
  let buckets: BucketStore
  let keys: AccessKeyStore
  /// Sessions of the console that were signed out of.
  let ended: EndedSessions

  /// - Parameters:
  ///   - pool: threads that may wait for the disk of the data folder.
  ///   - lines: writes app.log; without it, whoever records an event waits until its line is written.
  init(
    _ settings: Settings, _ magic: MagicDatabase, pool: BlockingPool, _ log: OperatorLog, lines: LineQueue? = nil
  ) throws {
    activityLogPath = settings.logs + "/app.log"
    activity = try ActivityLog(path: activityLogPath, language: settings.language, queue: lines) { error in
      log.error("app.log cannot be written: \(error)")
    }
    privateFolder = try PrivateFolder(dataFolder: settings.data)
    catalog = try LocalPictureCatalog(
      dataFolder: settings.data, privateFolder: privateFolder, pool: pool, threads: DiskThreads(),
      inspect: PictureInspection(magic: magic, maximumPixels: settings.maxPixels).inspect,
      measure: PictureInspection.measure,
      log: { log.warning($0) })
    buckets = try BucketStore(
      dataFolder: settings.data, privateFolder: privateFolder, log: { log.warning($0) })
    let documents = LocalDocumentStore(in: privateFolder, pool: pool)
    keys = AccessKeyStore(in: documents)
    ended = EndedSessions(in: documents)
  }

  /// The pictures, as the settings limit them.
  func pictures(_ settings: Settings, _ magic: MagicDatabase) -> Pictures {
    Pictures(
      catalog, blocked: catalog, limits: PictureLimits(bytes: settings.maxUpload, pixels: settings.maxPixels),
      magic: magic)
  }

  /// USR1: the file was renamed.
  func reopenActivityLog(_ log: OperatorLog) {
    activity.reopen { error in log.error("app.log cannot be reopened: \(error)") }
  }
}
