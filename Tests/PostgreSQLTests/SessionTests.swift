import EventLoop
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Testing

private let notify = SQLStatement("SELECT pg_notify('vitrine', $1)")

@Suite(.enabled(if: hasDatabase))
struct SessionTests {
  @Test func whatIsToldIsHeardAlsoAfterARestart() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      let pool = ConnectionPool(try ConnectionString(server.connectionString))
      let heard = Record<NotificationListener.Event>()
      let listener = NotificationListener(pool) { heard.append($0) }
      listener.start()
      #expect(await TestLoop.until { heard.values == [.began] })
      _ = try await pool.run(notify(.text("first")))
      #expect(await TestLoop.until { heard.values == [.began, .notified("first")] })
      try await server.stop()
      #expect(await TestLoop.until { heard.values.last == .ended })
      try await server.start()
      #expect(await TestLoop.until { heard.values.last == .began })
      _ = try await pool.run(notify(.text("second")))
      #expect(await TestLoop.until { heard.values.last == .notified("second") })
      listener.stop()
      pool.close()
    }
  }

  @Test func aListenerThatNobodyHoldsHears() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      let pool = ConnectionPool(try ConnectionString(server.connectionString))
      let heard = Record<NotificationListener.Event>()
      weak var listener: NotificationListener?
      do {
        let made = NotificationListener(pool) { heard.append($0) }
        made.start()
        listener = made
      }
      #expect(await TestLoop.until { heard.values == [.began] })
      _ = try await pool.run(notify(.text("all")))
      #expect(await TestLoop.until { heard.values == [.began, .notified("all")] })
      listener?.stop()
      #expect(await TestLoop.until { listener == nil })
      pool.close()
    }
  }

  @Test func aLockHasOneHolderUntilItIsGivenBackOrLost() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      let pool = ConnectionPool(try ConnectionString(server.connectionString))
      let (first, second) = (SessionLock("chores", pool), SessionLock("chores", pool))
      let other = SessionLock("other", pool)
      #expect(try await first.take())
      #expect(try await !second.take())
      #expect(try await other.take())
      let (isHeld, isHeldByBoth) = (await first.check(), await second.check())
      #expect(isHeld && !isHeldByBoth)
      first.giveBack()
      let isTaken = await TestLoop.until(async: { (try? await second.take()) ?? false })
      #expect(isTaken)
      // A session that ended has lost it, and knows it.
      try await server.crash()
      let isLost = await second.check()
      #expect(!isLost)
      try await server.start()
      #expect(try await first.take())
      #expect(try await !second.take())
      first.giveBack()
      pool.close()
    }
  }
}
