internal import ArchiveDownload
internal import Journal
internal import LocalStorage
internal import Magic
internal import Posix
internal import ProgramSettings
internal import Storage
internal import Supervisor
internal import WebService

/// The janitor process: it serves nobody, and does the chores of the data folder, one at a time.
enum Janitor {
  /// Runs the janitor in the process that was forked for it. The signals are blocked; the supervisor did it before the
  /// fork.
  static func run(_ settings: Settings, _ magic: MagicDatabase, _ scoreboard: Scoreboard, _ log: OperatorLog) -> Never {
    do {
      let workspace = try Workspace(settings, magic, log)
      let chores = Chores(
        store: workspace.store, imagesFolder: settings.data + "/images", activity: workspace.activity, log: log)
      let bucketChores = BucketChores(store: workspace.buckets, log: log)
      _ = try Thread(name: "chores") { chores.run() }
      let survey = ChecksumSurvey(
        folders: PhotoFolders(root: settings.photos),
        memory: try ChecksumMemory(in: workspace.privateFolder, log: { log.warning($0) }), log: log,
        isIdle: { scoreboard.total(ServiceMetrics.Gauge.archivesActive.rawValue) == 0 })
      _ = try Thread(name: "photo-survey") {
        var survey = survey
        survey.run()
      }
      _ = try Thread(name: "bucket-chores") { bucketChores.run() }
      let signals = SignalSet([.terminate, .quit, .user1])
      while true {
        switch signals.wait(nanoseconds: 60_000_000_000) {
        case .user1: workspace.reopenActivityLog(log)
        case .terminate, .quit: chores.interrupt { ProcessControl.exitNow(ExitStatus.done) }
        default: break
        }
      }
    } catch {
      log.error("janitor cannot start: \(error)")
      ProcessControl.exitNow(ExitStatus.failed)
    }
  }
}
