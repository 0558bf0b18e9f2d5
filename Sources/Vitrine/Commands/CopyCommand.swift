internal import AccountRecords
internal import ArgumentParsing
internal import EngineStorage
internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Magic
internal import Pictures
internal import Posix
internal import ProgramSettings
internal import Storage
internal import StorageCopy

/// `vitrine copy`: a data folder goes into the database and the engine of the settings, or back.
enum CopyCommand {
  static let help = """
    usage: vitrine copy to-engine PATH [--delete] [--verify] [--config FILE]
           vitrine copy to-folder PATH [--delete] [--verify] [--config FILE]

    Copies all that a data folder holds into the database and the engine of the settings, or all that these hold into a
    data folder: buckets with their settings, objects and pictures with all that is known of them, blocked pictures,
    reports of visitors, keys, ended sessions, and the secret that tokens are made from. What is there already and has not changed is left
    alone: a copy that broke off is gone on with by the same command, and the last one may run while nobody writes.
    Every content is held against the checksums that were recorded for it, and named if it is not what it was.

    Photo folders stay where they are, and so do uploads in parts that are under way: these are named.

      --delete  remove what the other side has and this one does not; without it, what was deleted since an earlier run
                comes back
      --verify  also read everything back, what was copied by earlier runs included

    Exit status 1 if something stays behind; each is named on standard error.
    """

  static let syntax = CommandSyntax(
    options: [CommandOption("--delete"), CommandOption("--verify"), .settingsFile], operands: .any)

  private static let actions = ["to-engine", "to-folder"].map { name in
    CommandAction(name, options: ["--delete", "--verify", "--config"], takesName: true)
  }

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    let (action, path) = try CommandFailure.ofUsage { () throws(UsageError) in try arguments.action(of: actions) }
    let settings = try arguments.settings()
    guard settings.shared != nil else {
      throw .failed(
        "the settings name no database and no engine: set \(SettingsTable.database.name) and \(SettingsTable.engine.name)"
      )
    }
    if let problem = ServiceIdentity.enter(dataFolder: path) { throw .failed(problem) }
    var options = CopyOptions(documents: [
      AccessKeyStore.documentName, EndedSessions.documentName, EngineDocumentStore.secretName,
      PictureReports.documentName,
    ])
    options.removes = arguments.value("--delete") != nil
    options.verifies = arguments.value("--verify") != nil
    do {
      let magic = try MagicDatabase()
      return try LoopedCommand.run { [options] in
        await copy(path, isSource: action.name == "to-engine", settings, magic, options)
      }
    } catch {
      throw .failed("\(error)")
    }
  }

  @EventLoopActor
  private static func copy(
    _ path: String, isSource: Bool, _ settings: Settings, _ magic: MagicDatabase, _ options: CopyOptions
  ) async -> Int32 {
    do {
      guard let opened = try await SharedStorage.opened(settings) else { return ExitStatus.failed }
      let local = try Self.folder(path, settings, magic)
      let shared = CopiedStorage(objects: opened.objects, pictures: opened.pictures, documents: opened.documents)
      let (source, destination) = isSource ? (local, shared) : (shared, local)
      let copier = StorageCopier(
        from: source, to: destination, options,
        pause: { await EventLoop.current.sleep(nanoseconds: UInt64($0) * 1_000_000_000) }, addLine: { report($0) })
      do throws(StorageError) { try await copier.run() } catch {
        Terminal.say(text(of: copier.report))
        report("\(error); the same command goes on from here")
        return ExitStatus.failed
      }
      Terminal.say(text(of: copier.report))
      return copier.report.obstacles == 0 ? ExitStatus.done : ExitStatus.failed
    } catch {
      report("\(error)")
      return ExitStatus.failed
    }
  }

  @Sendable private static func report(_ line: String) { Terminal.complain("vitrine copy: \(line)") }

  /// A data folder, opened as the service opens it.
  private static func folder(_ path: String, _ settings: Settings, _ magic: MagicDatabase) throws -> CopiedStorage {
    let hidden = try PrivateFolder(dataFolder: path)
    let pool = BlockingPool(name: "folder", limit: 8)
    let catalog = try LocalPictureCatalog(
      dataFolder: path, privateFolder: hidden, pool: pool, threads: DiskThreads(),
      inspect: PictureInspection(magic: magic, maximumPixels: settings.maxPixels).inspect,
      measure: PictureInspection.measure, log: { report($0) })
    let buckets = try BucketStore(dataFolder: path, privateFolder: hidden, log: { report($0) })
    return CopiedStorage(
      objects: LocalObjectStore(buckets, pool: pool, threads: DiskThreads()), pictures: catalog,
      documents: LocalDocumentStore(in: hidden, pool: pool))
  }

  /// A line for each kind.
  static func text(of report: CopyReport) -> String {
    let kinds = [
      ("buckets", report.buckets), ("objects", report.objects), ("pictures", report.pictures),
      ("blocked pictures", report.blocked), ("documents", report.documents),
    ]
    let lines = kinds.map { name, counts in
      "\(name): \(counts.seen) looked at, \(counts.copied) copied"
        + (counts.copied > 0 && counts.bytes > 0 ? " (\(counts.bytes) bytes)" : "")
        + (counts.changed > 0 ? ", \(counts.changed) with other settings" : "")
        + (counts.removed > 0 ? ", \(counts.removed) removed" : "")
    }
    return (lines + ["left behind: \(report.obstacles)"]).joined(separator: "\n")
  }
}
