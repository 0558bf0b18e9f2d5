import ArchiveDownload
import EventLoop
import FastCGI
import Foundation
import Journal
import Magic
import Posix
import ProgramSettings
import Supervisor
import WebService

@testable import Vitrine

/// A data folder in a temporary directory, and the services over it. This is the one place that says where the tests'
/// objects and pictures are stored.
@EventLoopActor
final class DataFolder {
  /// Without a last slash.
  let path: String
  /// What the chores of the program work on, too.
  let workspace: Workspace
  /// What answers requests.
  let handler: FastCGIServer.Handler
  private let log: SharedDescriptor

  /// libmagic's database is loaded once, as before a fork.
  private static let magic = Result { try MagicDatabase() }
  /// The threads that may wait for a disk serve all tests: threads stay for as long as the process lives.
  private static let pool = BlockingPool(name: "store", limit: 8)

  /// Why the program would not start.
  struct CannotServe: Error { let problem: String }

  /// - Parameter settings: names and texts of settings; the root pair and a short time for photo folders to settle are
  ///   set already.
  init(_ settings: [String: String]) throws {
    path = Self.newFolder(in: Self.above)
    let defaults = [
      "VITRINE_DATA": path, "VITRINE_LOGS": path + "/logs", "VITRINE_SETTLE": "0", "VITRINE_WORKERS": "1",
      "VITRINE_ACCESS_KEY": Account.root.name, "VITRINE_SECRET_KEY": Account.root.secret,
    ]
    let read = try Settings(
      SettingSource(flags: [:], environment: defaults.merging(settings) { $1 }, configuration: nil))
    // A folder of the test's own begins as at the first start of the program.
    if settings["VITRINE_DATA"] != nil {
      if let problem = Preflight.firstProblem(read) { throw CannotServe(problem: problem) }
    } else {
      for folder in [read.logs, read.photos].compactMap(\.self) { try makeDirectories(folder) }
    }
    self.log = SharedDescriptor(try FileDescriptor.inMemory("log"))
    let log = OperatorLog(level: .debug, style: .timestamp, output: self.log)
    let magic = try Self.magic.get()
    let scoreboard = try Scoreboard(
      slots: 1, counters: ServiceMetrics.counterCount(routes: RouteTable.names.count))
    workspace = try Workspace(read, magic, pool: Self.pool, log)
    let services = try Services(
      read, workspace, magic: magic, clients: ArchiveClients(slots: 1), scoreboard: scoreboard,
      slot: 0, metrics: ServiceMetrics(scoreboard: scoreboard, slot: 0, routeNames: RouteTable.names),
      thumbnails: nil, pool: Self.pool, log: log)
    handler = services.answer
  }

  deinit { remove() }

  /// Removes the folder.
  nonisolated func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Memory where it keeps extended attributes, since syncs of a busy disk take most of the time of a test; else a disk.
  private static let above: String = {
    let trial = newFolder(in: "/dev/shm")
    defer { try? FileManager.default.removeItem(atPath: trial) }
    let keeps: Void? = try? FileDescriptor.open(trial, [.readOnly, .directory])
      .setAttribute("user.vitrine.probe", to: [1])
    return keeps == nil ? "/var/tmp" : "/dev/shm"
  }()

  private static func newFolder(in above: String) -> String {
    var template = Array("\(above)/vitrine-service-XXXXXX".utf8CString)
    return template.withUnsafeMutableBufferPointer {
      mkdtemp($0.baseAddress!) == nil ? "" : String(cString: $0.baseAddress!)
    }
  }

  /// What the program's own log has so far.
  var logged: String { String(decoding: (try? log.descriptor.readAll(limit: 1 << 20)) ?? [], as: UTF8.self) }

  /// The lines of `app.log`, without their times.
  var activity: [String] {
    let text = (try? String(contentsOfFile: path + "/logs/app.log", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { String($0.drop { $0 != "]" }.dropFirst(2)) }
  }

  // MARK: Plain files

  /// Writes a file, as FTP would.
  func write(_ content: [UInt8], to name: String) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content).write(to: file)
  }

  /// The content of a file; nil where there is none.
  func file(_ name: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))).map(Array.init)
  }

  /// Makes a file look as if it had been written some time ago.
  func age(_ name: String, seconds: Int64) throws {
    let now = Clock.now()
    try FileDescriptor.open("\(path)/\(name)", .readOnly)
      .setModificationTime(Timestamp(seconds: now.seconds - seconds, nanoseconds: 0))
  }

  /// The files below a folder that everybody may see, by their paths in it.
  func files(in folder: String) -> [String] {
    let entries = FileManager.default.enumerator(atPath: "\(path)/\(folder)")?.allObjects as? [String] ?? []
    return entries.filter { entry in
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: "\(path)/\(folder)/\(entry)", isDirectory: &isFolder)
      return isThere && !isFolder.boolValue && !entry.split(separator: "/").contains { $0.hasPrefix(".") }
    }.sorted()
  }
}
