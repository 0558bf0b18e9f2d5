import EngineFixture
import EngineStorage
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Testing

@Suite(.enabled(if: hasDatabase))
struct ProbeTests {
  private func probe(_ string: String) async throws -> [DatabaseFinding] {
    TestLoop.start()
    let names = NameDatabase(ConnectionPool(try ConnectionString(string), .generous))
    let findings = await names.probe()
    await names.pool.close()
    return findings
  }

  @Test func aDatabaseThatIsFitHasNoFindingsAndItsTables() async throws {
    let string = try await PostgreSQLServer.shared.value.connectionStringWithSchema()
    #expect(try await probe(string).isEmpty)
    let pool = ConnectionPool(try ConnectionString(string), .generous)
    #expect(try await pool.run(SQLStatement.once("SELECT version FROM schema_versions")()).count > 0)
    await pool.close()
  }

  @Test func eachFaultIsToldByItsName() async throws {
    let server = try await PostgreSQLServer.shared.value
    let whole = server.connectionString
    #expect(try await probe("host=/nowhere user=vitrine dbname=postgres").map(\.subject) == [.reachable])
    #expect(try await probe("host=\(server.folder) user=nobody dbname=postgres").map(\.subject) == [.credentials])
    #expect(try await probe("\(whole) options='-c search_path=missing'").map(\.subject) == [.schema])
  }

  /// Tables that somebody made, in another order than that of bytes.
  @Test func tablesInAnotherOrderAreRefused() async throws {
    let string = try await PostgreSQLServer.shared.value.connectionStringWithSchema()
    _ = try await probe(string)
    let pool = ConnectionPool(try ConnectionString(string), .generous)
    _ = try await pool.run(
      SQLStatement.once(#"ALTER TABLE buckets ALTER COLUMN name TYPE text COLLATE "und-x-icu""#)(), isReading: false)
    #expect(try await probe(string).map(\.subject) == [.order])
    await pool.close()
  }
}
