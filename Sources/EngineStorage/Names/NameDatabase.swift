internal import Digests
internal import EventLoop
public import PostgreSQL
internal import Storage

/// The tables of names: which objects, pictures, buckets and documents there are, and of which blobs each consists.
public struct NameDatabase: Sendable {
  /// The connections.
  public let pool: ConnectionPool

  /// The tables of a database. They are to be prepared once.
  public init(_ pool: ConnectionPool) { self.pool = pool }

  /// In a transaction: it is answered before it is on the database's disk.
  static let commitAsynchronously = SQLStatement("SELECT set_config('synchronous_commit', 'off', true)")
  private static let anything = SQLStatement("SELECT 1")

  /// Asks for nothing in particular, so that a database that was away is found again although nobody wants anything of it.
  public nonisolated(nonsending) func seek() async { _ = try? await pool.run(Self.anything()) }

  private static let noteOperation = SQLStatement("INSERT INTO operations (id, committed) VALUES ($1, true)")
  /// Waits for a transaction that has noted the same id and is still under way.
  private static let settleOperation = SQLStatement(
    """
    INSERT INTO operations (id, committed) VALUES ($1, false)
    ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING operations.committed
    """)
  private static let nothing = SQLStatement("SELECT false")

  /// By what a commit is recognised.
  private static func newRecord() -> CommitRecord {
    let id = SecureRandom.bytes(16)
    return CommitRecord(note: noteOperation(.bytes(id)), settle: settleOperation(.bytes(id)))
  }

  /// For what can be done again without harm, and before there are tables.
  static func unrecorded() -> CommitRecord { CommitRecord(note: nothing(), settle: nothing()) }

  /// Runs queries that only read, sent together.
  nonisolated(nonsending) func read(_ batch: SQLQuery...) async throws(StorageError) -> [SQLRows] {
    try await read(batch)
  }

  /// Runs queries that only read, sent together.
  nonisolated(nonsending) func read(_ batch: [SQLQuery]) async throws(StorageError) -> [SQLRows] {
    do throws(PostgreSQLError) { return try await pool.run(batch) } catch { throw StorageError(error) }
  }

  /// Runs statements that are sent together, as one transaction. They are harmless to do twice.
  nonisolated(nonsending) func change(_ batch: SQLQuery...) async throws(StorageError) -> [SQLRows] {
    try await change(batch)
  }

  /// Runs statements that are sent together, as one transaction. They are harmless to do twice.
  nonisolated(nonsending) func change(_ batch: [SQLQuery]) async throws(StorageError) -> [SQLRows] {
    do throws(PostgreSQLError) { return try await pool.run(batch) } catch { throw StorageError(error) }
  }

  /// Runs a transaction, which may be done several times until one is committed.
  /// - Parameter body: throws what refuses the change, and nothing is done; or what the database says.
  nonisolated(nonsending) func transaction<Value: Sendable>(
    _ body: @escaping @EventLoopActor @Sendable (Transaction) async throws -> TransactionEnd<Value>
  ) async throws(StorageError) -> Value {
    let outcome: Result<Value, StorageError>
    do throws(PostgreSQLError) { outcome = try await attempt(body) } catch { throw StorageError(error) }
    return try outcome.get()
  }

  /// The same for whoever has to know how the database failed.
  /// - Returns: the value, or what refused the change.
  nonisolated(nonsending) func attempt<Value: Sendable>(
    _ body: @escaping @EventLoopActor @Sendable (Transaction) async throws -> TransactionEnd<Value>
  ) async throws(PostgreSQLError) -> Result<Value, StorageError> {
    try await pool.transaction(Self.newRecord) { (transaction) throws(PostgreSQLError) in
      do {
        switch try await body(transaction) {
        case .commit(let batch, let value): return .commit(batch, Result<Value, StorageError>.success(value))
        case .undo(let value): return .undo(.success(value))
        }
      } catch let error as PostgreSQLError {
        throw error
      } catch let error as StorageError {
        return .undo(.failure(error))
      } catch {
        throw .unexpectedAnswer("\(error)")
      }
    }
  }

  /// Makes something of rows, which may say that what was asked for is not there.
  static func reading<Value>(_ body: () throws -> Value) throws(StorageError) -> Value {
    do { return try body() } catch let error as StorageError {
      throw error
    } catch let error as PostgreSQLError {
      throw StorageError(error)
    } catch {
      throw .index("\(error)")
    }
  }

  /// Reads a column of texts, the first one.
  static func texts(_ rows: SQLRows) throws(StorageError) -> [String] {
    try decode { () throws(PostgreSQLError) in
      var texts: [String] = []
      for row in rows.rows { texts.append(try row.text(0)) }
      return texts
    }
  }

  /// Reads values out of rows.
  static func decode<Value>(_ body: () throws(PostgreSQLError) -> Value) throws(StorageError) -> Value {
    do throws(PostgreSQLError) { return try body() } catch { throw StorageError(error) }
  }
}

extension StorageError {
  /// The failure of the database, as whoever uses the storage is told of it.
  init(_ error: PostgreSQLError) {
    switch error {
    case .server(.diskFull, _, _): self = .full
    case .server(let state, _, _) where state.category == "42" || state.category == "22" || state.category == "23":
      // Tables that are missing or other than they should be: a later try finds the same.
      self = .index(error.description)
    case .unexpectedAnswer: self = .index(error.description)
    default: self = .unavailable(error.description)
    }
  }
}
