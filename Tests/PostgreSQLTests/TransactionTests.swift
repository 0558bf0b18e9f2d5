import EventLoop
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Testing

private enum Operations {
  static let makeTable = SQLStatement("CREATE TABLE operations (id bytea PRIMARY KEY, committed boolean)")
  static let note = SQLStatement("INSERT INTO operations VALUES ($1, true)")
  static let settle = SQLStatement(
    """
    INSERT INTO operations VALUES ($1, false) ON CONFLICT (id) DO UPDATE SET id = excluded.id
    RETURNING operations.committed
    """)

  /// Ids whose first bytes are known to whoever wants to find them on the way.
  static func record(_ number: UInt8) -> CommitRecord {
    let id = marker + [number]
    return CommitRecord(note: note(.bytes(id)), settle: settle(.bytes(id)))
  }

  static let marker = Array("the operation of a commit ".utf8)
}

@Suite(.enabled(if: hasDatabase))
struct TransactionTests {
  @Test func whatIsNotCommittedIsNotThere() async throws {
    try await TestLoop.run {
      let pool = try await ConnectionPool.ofSharedServer()
      _ = try await pool.run([Counting.makeTable()], isReading: false)
      let undone = try await pool.transaction(CommitRecord.none) { (transaction) throws(PostgreSQLError) in
        _ = try await transaction.run([Counting.insert(.integer(1), .text("a"))])
        return TransactionEnd.undo(try await transaction.run([Counting.count()])[0].first?.integer(0))
      }
      #expect(undone == 1)
      #expect(try await pool.count() == 0)
      let error = await failure { () throws(PostgreSQLError) in
        try await pool.transaction(CommitRecord.none) { (transaction) throws(PostgreSQLError) in
          _ = try await transaction.run([Counting.insert(.integer(1), .text("a"))])
          return TransactionEnd.commit([Counting.insert(.integer(1), .text("b"))], ())
        }
      }
      #expect(error?.state == .uniqueViolation)
      #expect(try await pool.count() == 0)
      try await pool.transaction(CommitRecord.none) { (transaction) throws(PostgreSQLError) in
        TransactionEnd.commit([Counting.insert(.integer(1), .text("b"))], ())
      }
      #expect(try await pool.count() == 1)
      // One connection served all of it, and no transaction is left open on it.
      #expect(pool.status.counts.connections == 1 && pool.status.idle == 1)
      pool.close()
    }
  }

  @Test func whoeverLosesADeadlockTriesAgain() async throws {
    try await TestLoop.run {
      let pool = try await ConnectionPool.ofSharedServer()
      let lock = SQLStatement("SELECT name FROM counts WHERE id = $1 FOR UPDATE")
      let change = SQLStatement("UPDATE counts SET name = name || $2 WHERE id = $1")
      _ = try await pool.run(
        [Counting.makeTable(), Counting.insert(.integer(1), .text("")), Counting.insert(.integer(2), .text(""))],
        isReading: false)
      let ended = Record<PostgreSQLError?>()
      for (first, second) in [(1, 2), (2, 1)] as [(Int64, Int64)] {
        EventLoop.current.start {
          ended.append(
            await failure { () throws(PostgreSQLError) in
              try await pool.transaction(CommitRecord.none) { (transaction) throws(PostgreSQLError) in
                _ = try await transaction.run([lock(.integer(first)), Counting.sleep(.integer(100))])
                return TransactionEnd.commit([change(.integer(second), .text("x"))], ())
              }
            })
        }
      }
      #expect(await TestLoop.until { ended.values.count == 2 })
      #expect(ended.values == [nil, nil])
      pool.close()
    }
  }

  /// Whether the server had it or not, it is done once.
  @Test(arguments: [DatabaseRelay.Cut.beforeServer, .beforeAnswer])
  func aCommitWhoseAnswerNeverCameIsSettled(_ cut: DatabaseRelay.Cut) async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      let relay = try DatabaseRelay(to: server.folder)
      let pool = ConnectionPool(try ConnectionString(relay.connectionString))
      _ = try await pool.run([Counting.makeTable(), Operations.makeTable()], isReading: false)
      var (runs, records): (Int64, UInt8) = (0, 0)
      relay.cut(cut, at: Operations.marker)
      let value = try await pool.transaction {
        records += 1
        return Operations.record(records)
      } _: { (transaction) throws(PostgreSQLError) in
        runs += 1
        _ = try await transaction.run([Counting.insert(.integer(runs), .text("a"))])
        return TransactionEnd.commit([], runs)
      }
      #expect(relay.cutCount == 1)
      #expect(try await pool.count() == 1)
      #expect(value == (cut == .beforeServer ? 2 : 1))
      #expect(runs == value)
      pool.close()
    }
  }

  @Test func aCommitThatCannotBeSettledIsSaidToBeUnknown() async throws {
    try await TestLoop.run {
      let server = try await PostgreSQLServer.make()
      let relay = try DatabaseRelay(to: server.folder)
      var limits = DatabaseLimits()
      limits.settlingSeconds = 0.5
      let pool = ConnectionPool(try ConnectionString(relay.connectionString), limits)
      _ = try await pool.run([Counting.makeTable(), Operations.makeTable()], isReading: false)
      // Every question after the commit is cut as well.
      for _ in 0..<200 { relay.cut(.beforeAnswer, at: Operations.marker) }
      let error = await failure { () throws(PostgreSQLError) in
        try await pool.transaction {
          Operations.record(1)
        } _: { (transaction) throws(PostgreSQLError) in
          TransactionEnd.commit([Counting.insert(.integer(1), .text("a"))], ())
        }
      }
      guard case .outcomeUnknown? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      pool.close()
    }
  }
}
