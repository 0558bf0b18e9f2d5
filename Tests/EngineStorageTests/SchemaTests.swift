import EngineFixture
import EngineStorage
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Storage
import Testing

@Suite(.enabled(if: hasDatabase))
struct SchemaTests {
  private static let versions = SQLStatement("SELECT version FROM schema_versions ORDER BY version")

  @Test func ofManyWhoBeginAtOnceOneMakesTheTables() async throws {
    TestLoop.start()
    let string = try ConnectionString(await PostgreSQLServer.shared.value.connectionStringWithSchema())
    let pools = (0..<6).map { _ in ConnectionPool(string, .generous) }
    let outcomes = await withTaskGroup(of: StorageError?.self) { group in
      for pool in pools {
        group.addTask { await failure { try await NameDatabase(pool).prepareSchema() } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes == Array(repeating: nil, count: 6))
    let rows = try await pools[0].run(Self.versions())
    #expect(try rows.rows.map { try $0.integer(0) } == Array(1...Int64(rows.count)))
    for pool in pools { await pool.close() }
  }

  @Test func tablesOfALaterProgramAreUsedAsTheyAre() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let pool = engine.names.pool
    _ = try await pool.run(SQLStatement.once("INSERT INTO schema_versions (version) VALUES (1000)")(), isReading: false)
    // A column that comes while statements are prepared.
    try await engine.objects.put("k", bytes("content"))
    _ = try await pool.run(SQLStatement.once("ALTER TABLE objects ADD COLUMN later text")(), isReading: false)
    try await engine.names.prepareSchema()
    #expect(try await engine.objects.get("k") == bytes("content"))
    try await engine.objects.put("k", bytes("again"))
    #expect(try await engine.otherObjects.get("k") == bytes("again"))
  }

  /// They are planned once for each connection, and the tables of a new storage grow a thousandfold in its first minutes.
  @Test func statementsThatWerePlannedWithSmallTablesUseTheirIndexes() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for number in 0..<20 { try await engine.objects.put("\(number)", bytes("content")) }
    for analyze: SQLStatement in [.once("ANALYZE objects"), .once("ANALYZE blobs"), .once("ANALYZE buckets")] {
      _ = try await engine.names.pool.run(analyze())
    }
    let statements: [SQLStatement] = [
      .once(
        """
        EXPLAIN SELECT b.id, o.metadata FROM buckets b LEFT JOIN objects o ON o.bucket = b.id AND o.key = '\\x61'
        WHERE b.name = 'a'
        """),
      .once("EXPLAIN UPDATE blobs SET uses = 1 FROM unnest(ARRAY['a', 'b']) AS change (id) WHERE blobs.id = change.id"),
      .once("EXPLAIN SELECT key FROM objects WHERE bucket = 1 AND key > '\\x61' ORDER BY key LIMIT 1000"),
      .once("EXPLAIN SELECT metadata FROM pictures WHERE name = '\\x61'"),
    ]
    for statement in statements {
      let rows = try await engine.names.pool.run(statement())
      let plan = try rows.rows.map { try $0.text(0) }.joined(separator: "\n")
      #expect(plan.contains("Index") && !plan.contains("Seq Scan"), "\(plan)")
    }
  }

  /// To make a plan takes longer than to follow it.
  @Test func putsAndDeletesAreNotPlannedEachTime() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for number in 0..<30 {
      try await engine.objects.put("\(number % 20)", bytes("content"))
      if number % 3 == 0 {
        _ = try await engine.objects.remove(bytes("\(number % 20)"), in: bucket, version: nil, if: .none)
      }
    }
    let executed = SQLStatement.once(
      """
      SELECT statement, generic_plans FROM pg_prepared_statements WHERE generic_plans + custom_plans > 8
      """)
    let rows = try await engine.names.pool.run(executed())
    let changing = try rows.rows.filter { try $0.text(0).contains("blobs") }
    #expect(changing.count >= 3, "the connection of the puts was not asked")
    for row in changing {
      let statement = try row.text(0)
      #expect(try row.integer(1) > 0, "\(statement)")
    }
  }

  /// That takes a hundred times as long as the execution.
  @Test func noStatementIsCompiledForItsExecution() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let fromAnyCost = SQLStatement.once("SELECT set_config('jit_above_cost', '0', true)")
    let explained = SQLStatement.once("EXPLAIN ANALYZE SELECT count(*) FROM buckets WHERE length(name) > 0")
    let rows = try await engine.names.pool.run([fromAnyCost(), explained()])[1]
    let plan = try rows.rows.map { try $0.text(0) }.joined(separator: "\n")
    #expect(plan.contains("Execution Time") && !plan.contains("JIT"), "\(plan)")
  }

  @Test func twoStoragesInOneDatabaseDoNotMeet() async throws {
    let first = try await EngineUnderTest.withBucket()
    let second = try await EngineUnderTest(blobs: MemoryBlobStore(), beside: first)
    #expect(try await second.objects.bucketNames().isEmpty)
    let (mine, others) = (EngineLease("chores", first.names), EngineLease("chores", second.names))
    #expect(try await mine.take())
    #expect(try await others.take())
  }
}
