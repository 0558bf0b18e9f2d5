import Foundation
import ServerFixture
import Synchronization

/// A PostgreSQL server of the test run's own, in a temporary folder, on a unix socket. It ends with the process.
public final class PostgreSQLServer: Sendable {
  /// The one that tests share, each in a schema of its own.
  public static let shared = Task { try await PostgreSQLServer.make() }

  /// Where Debian has the programs of the newest version that is installed.
  private static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.sorted().last.map { "\(root)/\($0)/bin" }
      .flatMap { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") ? $0 : nil }
  }()

  /// Whether there is a server to test with. Says so once where there is none.
  public static let isInstalled: Bool = {
    if programs != nil { return true }
    FileHandle.standardError.write(
      Data("PostgreSQL is not installed: what needs a database is not tested; apt-get install postgresql\n".utf8))
    return false
  }()

  /// The folder of the socket.
  public var folder: String { server.folder }
  private let server: ScriptedServer
  /// Schemas that are there from the start, and how many of them were handed out.
  private static let schemaCount = 2_000
  private let schemas = Atomic<Int>(0)

  /// Starts one.
  public init() throws {
    guard let programs = Self.programs else { throw CocoaError(.fileNoSuchFile) }
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "server.sh")
    server = try ScriptedServer(
      script.path(percentEncoded: false), in: "/tmp/vitrine-pg-XXXXXX", [programs, String(Self.schemaCount)])
    guard server.ready == "done" else { throw server.unexpected(server.ready) }
  }

  /// Ends it as an operator does: connections are cut, what was committed stays.
  public func stop() async throws { try await aside { try self.server.command("stop") } }
  /// Ends it at once, as a crash does.
  public func crash() async throws { try await aside { try self.server.command("crash") } }
  /// Starts it again.
  public func start() async throws { try await aside { try self.server.command("start") } }
  /// Stops all its processes where they are: it takes connections, and answers nothing.
  public func freeze() async throws { try await aside { try self.server.command("freeze") } }
  /// Lets it go on.
  public func thaw() async throws { try await aside { try self.server.command("thaw") } }

  /// Starts one, where waiting for it keeps no loop from turning.
  public static func make() async throws -> PostgreSQLServer { try await aside { try PostgreSQLServer() } }

  /// The string to connect with.
  public var connectionString: String { "host=\(folder) user=vitrine dbname=postgres" }

  /// The string to connect with for a test that wants tables of its own.
  public func connectionStringWithSchema() throws -> String {
    let number = schemas.add(1, ordering: .relaxed).newValue
    guard number <= Self.schemaCount else {
      throw NSError(
        domain: "PostgreSQLServer", code: 2,
        userInfo: [NSLocalizedDescriptionKey: "all \(Self.schemaCount) schemas are in use"])
    }
    return connectionString + " options='-c search_path=test_\(number)'"
  }
}

/// Runs a function that waits on a thread of its own.
private func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
