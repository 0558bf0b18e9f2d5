internal import EventLoop
internal import Journal
internal import LocalStorage
internal import Magic
internal import Posix
internal import ProgramSettings
internal import Storage
internal import Supervisor
internal import WebService

/// The janitor process: it serves nobody, and does the chores of the data folder, one at a time.
@EventLoopActor
final class Janitor {
  private let workspace: Workspace
  private let turn: ChoreTurn?
  private let chores: Chores
  private let log: OperatorLog
  private var signals: SignalWatch?

  /// Runs the janitor in the process that was forked for it. The signals are blocked; the supervisor did it before the
  /// fork.
  nonisolated static func run(
    _ settings: Settings, _ magic: MagicDatabase, _ scoreboard: Scoreboard, _ log: OperatorLog
  ) -> Never {
    do {
      let loop = try EventLoop()
      loop.install()
      loop.start {
        do {
          try await Janitor(settings, magic, log).start(settings, scoreboard)
        } catch {
          fail(error, log)
        }
      }
      loop.run()
    } catch {
      fail(error, log)
    }
    ProcessControl.exitNow(ExitStatus.done)
  }

  private nonisolated static func fail(_ error: any Error, _ log: OperatorLog) -> Never {
    log.error("janitor cannot start: \(error)")
    ProcessControl.exitNow(ExitStatus.failed)
  }

  private init(_ settings: Settings, _ magic: MagicDatabase, _ log: OperatorLog) throws {
    self.log = log
    workspace = try Workspace(settings, magic, pool: BlockingPool(name: "chores", limit: 2), log)
    turn = workspace.shared.map { ChoreTurn($0.chores(), log) }
    chores = Chores(
      pictures: workspace.pictures(settings, magic), maintenance: workspace.storage.pictures,
      activity: workspace.activity,
      turn: turn, log: log)
  }

  private func start(_ settings: Settings, _ scoreboard: Scoreboard) async throws {
    signals = try SignalWatch([.terminate, .quit, .user1]) { [self] signal in handle(signal) }
    let bucketChores = BucketChores(store: workspace.storage.objects, turn: turn, log: log)
    if let photos = settings.photos { try survey(photos, scoreboard) }
    EventLoop.current.start { await bucketChores.run() }
    let spaceWatch = SpaceWatch(path: settings.data, log: log)
    EventLoop.current.start { await spaceWatch.run() }
    await chores.run()
  }

  /// Looks through photo folders of this host, on a thread of its own, while nobody downloads.
  private func survey(_ photos: String, _ scoreboard: Scoreboard) throws {
    let survey = ChecksumSurvey(
      folders: PhotoFolders(root: photos),
      memory: try ChecksumMemory(in: workspace.privateFolder, log: { [log] in log.warning($0) }),
      isIdle: { scoreboard.total(ServiceMetrics.Gauge.archivesActive.rawValue) == 0 },
      report: { [log] in Self.report($0, log) })
    _ = try Thread(name: "photo-survey") {
      var survey = survey
      survey.run()
    }
  }

  private func handle(_ signal: Signal) {
    switch signal {
    case .user1: workspace.reopenActivityLog(log)
    case .terminate, .quit: chores.interrupt { ProcessControl.exitNow(ExitStatus.done) }
    default: break
    }
  }

  private nonisolated static func report(_ event: ChecksumSurvey.Event, _ log: OperatorLog) {
    switch event {
    case .finished(let round, let nanoseconds):
      log.info(
        "photo folders looked through",
        ["folders": round.folders, "files": round.files, "bytes": round.bytes, "ms": nanoseconds / 1_000_000])
    case .failed(let error): log.warning("photo folders cannot be looked through: \(error)")
    case .folderFailed(let name, let error):
      log.debug("photo folder cannot be looked through: \(error)", ["folder": name])
    }
  }
}
