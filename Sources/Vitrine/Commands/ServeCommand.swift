internal import ArchiveDownload
internal import ArgumentParsing
internal import Journal
internal import LocalStorage
internal import Magic
internal import Posix
internal import ProgramSettings
internal import Storage
internal import Supervisor
internal import WebService

/// `vitrine serve`: the supervisor's side of the program, up to the fork.
enum ServeCommand {
  static let help = """
    usage: vitrine serve [--level L] [--debug] [--config FILE]

    Runs the supervisor and the worker pool in the foreground. Signals: TERM and INT stop it after the requests
    in flight, HUP reads the settings again and takes an upgraded program, USR1 reopens app.log.

    Settings, by flag, environment, or KEY=VALUE lines in FILE, the first of these that has one:

    \(Help.settings)
    """

  static let syntax = CommandSyntax(
    options: [.settingsFile]
      + SettingsTable.all.compactMap { setting in
        setting.flag.map { CommandOption($0, setting.isSwitch ? .attached(default: "on") : .required("a value")) }
      })

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    let settings = try arguments.settings()
    if let problem = Preflight.firstProblem(settings) {
      Terminal.complain("vitrine: \(problem)")
      return ExitStatus.failed
    }
    var secret: [UInt8]?
    if let shared = settings.shared {
      secret = try begin(settings, shared)
      guard secret != nil else { return ExitStatus.failed }
    }
    if TrialRun.isUnderWay { return tryTheRest() }
    return supervise(settings, secret: secret, Array(CommandLine.arguments.dropFirst(2)))
  }

  /// Tries database and engine out, and says what is wrong with them.
  /// - Returns: what tokens are made from; nil where it cannot start.
  private static func begin(_ settings: Settings, _ shared: SharedStorageSettings) throws(CommandFailure) -> [UInt8]? {
    do {
      switch try SharedStart.run(settings, shared) {
      case .ready(let secret, let remarks):
        for remark in remarks { Terminal.complain("vitrine: note: \(remark)") }
        return secret
      case .refused(let problems):
        for problem in problems { Terminal.complain("vitrine: \(problem)") }
        return nil
      }
    } catch {
      throw .failed("\(error)")
    }
  }

  /// The trial of a reload goes as far as a start that has no socket to open: what fails here would end the program.
  private static func tryTheRest() -> Int32 {
    do {
      _ = try MagicDatabase()
      return ExitStatus.done
    } catch {
      Terminal.complain("vitrine: \(error)")
      return ExitStatus.failed
    }
  }

  private static func supervise(_ settings: Settings, secret: [UInt8]?, _ arguments: [String]) -> Int32 {
    Supervisor.blockSignals()
    ProcessControl.setName("vitrine")
    ProcessControl.raiseDescriptorLimit()
    let log = OperatorLog(level: settings.level)
    let handover = Handover.take()
    if let path = handover?.ownedPath, settings.listen != .unix(path: path) {
      log.warning("VITRINE_LISTEN has changed: stop and start the program for that; it goes on with \(path)")
    }
    do {
      // Loaded once, before the fork, so that all workers share their pages.
      let magic = try MagicDatabase()
      ForeignMediaTypes.prepare()
      let scoreboard = try Scoreboard(
        slots: settings.workers,
        counters: Services.sharedCounters + (settings.shared == nil ? 0 : SharedStorageMetrics.counterCount))
      let clients = try ArchiveClients(slots: settings.workers)
      let socket = try ListeningSocket.obtain(settings.listen, handover: handover)
      let configuration = SupervisorConfiguration(
        workers: settings.workers, arguments: [try programPath(), "serve"] + arguments
      ) { level, message in
        log.log(OperatorLog.Level(syslogPriority: level), message)
      }
      let supervisor = Supervisor(
        configuration, socket: socket, persistentConnections: try PersistentConnections.obtain(),
        scoreboard: scoreboard,
        leaving: handover?.leavingWorkers ?? []
      ) { context in
        Worker.run(context, settings, secret: secret, magic, clients, log)
      } runJanitor: {
        Janitor.run(settings, magic, scoreboard, log)
      }
      return supervisor.run()
    } catch {
      Terminal.complain("vitrine: \(error)")
      return ExitStatus.failed
    }
  }

  /// The path to execute on HUP: as it was called, so that a program that was upgraded is taken.
  private static func programPath() throws(Errno) -> String {
    let called = CommandLine.arguments.first ?? ""
    guard called.contains("/") else { return try ProcessControl.programPath() }
    return called.hasPrefix("/") ? called : try currentDirectoryPath() + "/" + called
  }
}

extension OperatorLog.Level {
  /// The level of a syslog priority.
  init(syslogPriority: Int) {
    switch syslogPriority {
    case ...3: self = .error
    case 4: self = .warning
    case 5, 6: self = .info
    default: self = .debug
    }
  }
}
