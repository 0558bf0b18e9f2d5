internal import BlobEngine
internal import EngineStorage
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import PostgreSQL
internal import ProgramSettings
internal import Storage

/// What has to be done with a database and an engine before the pool starts: tables are made, and both are tried out. It is
/// done by a process of its own, since the one that forks the workers has no loop and a single thread.
enum SharedStart {
  /// What came of it.
  enum Outcome: Sendable {
    /// It can start; what tokens are made from, and a line for each thing that is not as it should be.
    case ready(secret: [UInt8], remarks: [String])
    /// It cannot start: a line for each thing that is wrong.
    case refused([String])
  }

  /// The most bytes that the process has to tell.
  private static let mostBytes = 1 << 16

  /// Tries both out in a process of its own, and waits for it.
  static func run(_ settings: Settings, _ shared: SharedStorageSettings) throws -> Outcome {
    let report = try FileDescriptor.inMemory("start")
    switch try ProcessControl.fork() {
    case .child:
      let outcome: Outcome
      do { outcome = try LoopedCommand.result { await Self.outcome(settings, shared) } } catch {
        outcome = .refused(["\(error)"])
      }
      try? report.writeAll(encoded(outcome).span, at: 0)
      ProcessControl.exitNow(ExitStatus.done)
    case .parent(let child):
      _ = try ProcessControl.wait(for: child)
      return decoded(try report.readAll(limit: mostBytes))
    }
  }

  /// The same in this process, on its loop.
  @EventLoopActor
  static func outcome(_ settings: Settings, _ shared: SharedStorageSettings) async -> Outcome {
    let storage: SharedStorage
    do {
      storage = try SharedStorage(
        settings, shared, pool: BlockingPool(name: "start", limit: 1), OperatorLog(level: .error))
    } catch {
      return .refused([problem(error)])
    }
    let findings = await storage.findings()
    var problems = findings.filter { $0.isFatal }.map { $0.line }
    var secret: [UInt8] = []
    if problems.isEmpty {
      do throws(StorageError) { secret = try await storage.secret() } catch {
        problems.append("\(SettingsTable.database.name): \(error)")
      }
    }
    guard problems.isEmpty else { return .refused(problems) }
    return .ready(secret: secret, remarks: findings.map { $0.line })
  }

  private static func problem(_ error: any Error) -> String {
    let setting = error is PostgreSQLError ? SettingsTable.database : SettingsTable.engine
    return "\(setting.name): \(error)"
  }

  // MARK: From process to process

  private static func encoded(_ outcome: Outcome) -> [UInt8] {
    switch outcome {
    case .ready(let secret, let remarks):
      JSONWriter.write([
        "secret": .string(Hexadecimal.encode(secret)), "remarks": .array(remarks.map { .string($0) }),
      ])
    case .refused(let problems): JSONWriter.write(["problems": .array(problems.map { .string($0) })])
    }
  }

  private static func decoded(_ report: [UInt8]) -> Outcome {
    let json = try? JSONParser.parse(report)
    if let secret = json?["secret"]?.stringValue.flatMap({ Hexadecimal.decode($0.utf8) }) {
      return .ready(secret: secret, remarks: json?["remarks"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    }
    let problems = json?["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return .refused(problems.isEmpty ? ["the database and the engine could not be tried out"] : problems)
  }
}
