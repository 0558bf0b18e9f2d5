import EventLoop
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Testing

/// Whether there is a server to test with.
let hasDatabase = PostgreSQLServer.isInstalled

extension ConnectionPool {
  /// A pool of the server that tests share, with a schema of its own.
  static func ofSharedServer(_ limits: DatabaseLimits = DatabaseLimits()) async throws -> ConnectionPool {
    ConnectionPool(try ConnectionString(await PostgreSQLServer.shared.value.connectionStringWithSchema()), limits)
  }
}

/// The error of a body.
@EventLoopActor
func failure(_ body: @EventLoopActor () async throws(PostgreSQLError) -> some Sendable) async -> PostgreSQLError? {
  do throws(PostgreSQLError) {
    _ = try await body()
    return nil
  } catch { return error }
}

enum Counting {
  static let makeTable = SQLStatement("CREATE TABLE counts (id bigint PRIMARY KEY, name text)")
  static let insert = SQLStatement("INSERT INTO counts (id, name) VALUES ($1, $2)")
  static let count = SQLStatement("SELECT count(*) FROM counts")
  static let sleep = SQLStatement("SELECT pg_sleep($1::bigint / 1000.0)::text")
  static let one = SQLStatement("SELECT 1::bigint")
}

extension ConnectionPool {
  @EventLoopActor
  func count() async throws -> Int64? { try await run(Counting.count()).first?.integer(0) }
}
