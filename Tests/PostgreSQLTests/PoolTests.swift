import EventLoop
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Testing

@Suite(.enabled(if: hasDatabase))
struct PoolTests {
  @Test func connectionsAndTheQueueForThemAreBounded() async throws {
    try await TestLoop.run {
      var limits = DatabaseLimits()
      limits.connections = 2
      limits.queue = 3
      let pool = try await ConnectionPool.ofSharedServer(limits)
      let ended = Record<PostgreSQLError?>()
      for _ in 0..<9 {
        EventLoop.current.start {
          ended.append(
            await failure { () throws(PostgreSQLError) in try await pool.run(Counting.sleep(.integer(300))) })
        }
      }
      #expect(await TestLoop.until { pool.status.waiting == 3 })
      // Whoever is too many is told before anybody else is served.
      #expect(await TestLoop.until { ended.values.count >= 4 })
      #expect(Array(ended.values.prefix(4)) == [.busy, .busy, .busy, .busy])
      #expect(pool.status.open == 2)
      #expect(await TestLoop.until { ended.values.count == 9 })
      #expect(ended.values.count { $0 == nil } == 5)
      #expect(pool.status.counts.connections == 2 && pool.status.counts.refused == 4 && pool.status.waiting == 0)
      pool.close()
    }
  }

  @Test func whoeverWaitsTooLongIsRefused() async throws {
    try await TestLoop.run {
      var limits = DatabaseLimits()
      limits.connections = 1
      limits.queueSeconds = 0.1
      let pool = try await ConnectionPool.ofSharedServer(limits)
      let first = LoopPromise<PostgreSQLError?>()
      EventLoop.current.start {
        first.fulfil(
          await failure { () throws(PostgreSQLError) in try await pool.run(Counting.sleep(.integer(1_500))) })
      }
      #expect(await TestLoop.until { pool.status.open == 1 })
      #expect(await failure { () throws(PostgreSQLError) in try await pool.run(Counting.one()) } == .busy)
      #expect(await first.wait() == .some(nil))
      #expect(try await pool.run(Counting.one()).count == 1)
      pool.close()
    }
  }

  @Test func aDatabaseThatIsAwayIsNotWaitedForAndComesBack() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      var limits = DatabaseLimits()
      limits.breakSeconds = (0.2, 0.2)
      let pool = ConnectionPool(try ConnectionString(server.connectionString), limits)
      #expect(try await pool.run(Counting.one()).count == 1)
      try await server.stop()
      guard case .notConnected? = await failure({ () throws(PostgreSQLError) in try await pool.run(Counting.one()) })
      else {
        Issue.record("not said to be away")
        return
      }
      guard case .away? = await failure({ () throws(PostgreSQLError) in try await pool.run(Counting.one()) }) else {
        Issue.record("asked again at once")
        return
      }
      #expect(pool.status.isAway && pool.status.open == 0)
      try await server.start()
      let isBack = await TestLoop.until(async: { () async -> Bool in
        await failure { () throws(PostgreSQLError) in try await pool.run(Counting.one()) } == nil
      })
      #expect(isBack && !pool.status.isAway)
      pool.close()
    }
  }

  @Test func connectionsOfBeforeARestartAreReplacedWithoutAWord() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      let pool = ConnectionPool(try ConnectionString(server.connectionString))
      _ = try await pool.run([Counting.makeTable()], isReading: false)
      for crashes in [false, true] {
        if crashes { try await server.crash() } else { try await server.stop() }
        try await server.start()
        let count = try await pool.transaction(CommitRecord.none) { (transaction) throws(PostgreSQLError) in
          TransactionEnd.commit([], try await transaction.run([Counting.count()])[0].first?.integer(0))
        }
        #expect(count == 0)
      }
      #expect(pool.status.counts.failures == 0)
      pool.close()
    }
  }

  @Test func aServerThatHangsIsGivenUpAndAskedAgainLater() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      var limits = DatabaseLimits()
      limits.answerSeconds = 0.5
      limits.connectSeconds = 0.5
      limits.breakSeconds = (0.3, 0.3)
      let pool = ConnectionPool(try ConnectionString(server.connectionString), limits)
      #expect(try await pool.run(Counting.one()).count == 1)
      try await server.freeze()
      #expect(await failure { () throws(PostgreSQLError) in try await pool.run(Counting.one()) } == .timedOut)
      guard case .away? = await failure({ () throws(PostgreSQLError) in try await pool.run(Counting.one()) }) else {
        Issue.record("asked again at once")
        return
      }
      try await server.thaw()
      let isBack = await TestLoop.until(async: { () async -> Bool in
        await failure { () throws(PostgreSQLError) in try await pool.run(Counting.one()) } == nil
      })
      #expect(isBack)
      pool.close()
    }
  }

  @Test func ofSeveralServersTheFirstThatTakesWritesIsUsed() async throws {
    try await TestLoop.run {
      let (standby, primary) = (try await PostgreSQLServer.make(), try await PostgreSQLServer.make())
      let setting = ConnectionPool(try ConnectionString(standby.connectionString))
      _ = try await setting.run(
        SQLStatement.once("ALTER SYSTEM SET default_transaction_read_only = on")(), isReading: false)
      setting.close()
      try await standby.stop()
      try await standby.start()
      let string = "host=/nonexistent,\(standby.folder),\(primary.folder) user=vitrine dbname=postgres"
      let pool = ConnectionPool(try ConnectionString(string))
      _ = try await pool.run([Counting.makeTable()], isReading: false)
      let direct = ConnectionPool(try ConnectionString(primary.connectionString))
      #expect(try await direct.count() == 0)
      try await primary.stop()
      guard
        case .notConnected(let words)? = await failure({ () throws(PostgreSQLError) in
          try await pool.run(Counting.one())
        })
      else {
        Issue.record("a server that takes no writes was used")
        return
      }
      // Each server is named with its own reason.
      #expect(words.contains("/nonexistent") && words.contains("read-only"))
      pool.close()
      direct.close()
    }
  }

  @Test func aConnectionStringThatIsNoneIsRefusedWithoutItsSecret() throws {
    for text in ["host=a pass word=hidden", "postgresql://u:hidden@[::1", "host=a,b,c port=1,2 password=hidden"] {
      let error = #expect(throws: PostgreSQLError.self) { try ConnectionString(text) }
      #expect(!"\(String(describing: error))".contains("hidden"))
    }
  }
}

extension CommitRecord {
  /// For what is harmless to do twice.
  static func none() -> CommitRecord {
    CommitRecord(note: SQLStatement("SELECT false")(), settle: SQLStatement("SELECT false")())
  }
}

extension TestLoop {
  /// Waits until something that waits itself holds, for some seconds at most.
  @EventLoopActor
  static func until(async condition: @EventLoopActor () async -> Bool) async -> Bool {
    for _ in 0..<600 {
      if await condition() { return true }
      await EventLoop.current.sleep(nanoseconds: 20_000_000)
    }
    return false
  }
}
