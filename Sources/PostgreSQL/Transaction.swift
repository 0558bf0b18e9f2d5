public import EventLoop

/// A transaction that is under way. Its statements see what was committed before each of them (`READ COMMITTED`).
@EventLoopActor
public final class Transaction {
  private static let begin = SQLStatement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
  private static let commit = SQLStatement("COMMIT")
  private static let rollback = SQLStatement("ROLLBACK")

  private let connection: ServerConnection
  private let answerSeconds: Double
  private var hasBegun = false

  init(_ connection: ServerConnection, answerSeconds: Double) {
    self.connection = connection
    self.answerSeconds = answerSeconds
  }

  /// Runs statements that are sent together; the first ones together with what begins the transaction.
  public func run(_ batch: [SQLQuery]) async throws(PostgreSQLError) -> [SQLRows] {
    let isFirst = !hasBegun
    hasBegun = true
    let rows = try await connection.run(isFirst ? [Self.begin()] + batch : batch, until: deadline)
    return isFirst ? Array(rows.dropFirst()) : rows
  }

  /// Runs the last statements, and commits.
  func end(with batch: [SQLQuery]) async throws(PostgreSQLError) {
    _ = try await connection.run((hasBegun ? batch : [Self.begin()] + batch) + [Self.commit()], until: deadline)
    hasBegun = false
  }

  /// Undoes all of it. Where that fails, the connection is given up, which does the same.
  func undo() async {
    guard hasBegun, connection.isUsable else { return }
    do throws(PostgreSQLError) {
      _ = try await connection.run([Self.rollback()], until: deadline)
    } catch {
      connection.close()
    }
  }

  private var deadline: UInt64 { EventLoop.current.deadline(in: answerSeconds) }
}

/// How the body of a transaction ends.
public enum TransactionEnd<Value: Sendable>: Sendable {
  /// With these statements, which are sent together with the commit, and this value once it is committed.
  case commit([SQLQuery], Value)
  /// Undone, with this value.
  case undo(Value)
}

/// By what a commit is recognised whose answer never came.
public struct CommitRecord: Sendable {
  /// Notes the operation, in the transaction.
  public var note: SQLQuery
  /// Says whether the note is there, and keeps it from coming later: one row with a boolean, true where the transaction was
  /// committed. It waits for a transaction that is still under way.
  public var settle: SQLQuery

  /// A record.
  public init(note: SQLQuery, settle: SQLQuery) {
    self.note = note
    self.settle = settle
  }
}

extension ConnectionPool {
  private static let mostAttempts = 4

  /// Runs a transaction. It is done again from its beginning where it was surely not committed and a failure passes: a
  /// connection of before a restart, a deadlock, a server that has become a standby. Where a commit was sent and its answer
  /// never came, the record tells what became of it.
  /// - Parameters:
  ///   - record: made anew for each attempt.
  ///   - body: may run several times, and changes nothing outside of the database.
  /// - Throws: after any error but `outcomeUnknown` nothing was done.
  public func transaction<Value: Sendable>(
    _ record: @EventLoopActor () -> CommitRecord,
    _ body: @EventLoopActor (Transaction) async throws(PostgreSQLError) -> TransactionEnd<Value>
  ) async throws(PostgreSQLError) -> Value {
    var attempt = 1
    while true {
      switch try await self.attempt(record(), body) {
      case .done(let value): return value
      case .undone(let error):
        guard attempt < Self.mostAttempts, error.isWorthAnotherTry else { throw error }
        attempt += 1
      case .unknown(let record, let value, let error):
        if try await settle(record, error) { return value }
        guard attempt < Self.mostAttempts else { throw error }
        attempt += 1
      }
    }
  }

  private enum Attempt<Value: Sendable>: Sendable {
    case done(Value)
    case undone(PostgreSQLError)
    case unknown(CommitRecord, Value, PostgreSQLError)
  }

  private func attempt<Value: Sendable>(
    _ record: CommitRecord,
    _ body: @EventLoopActor (Transaction) async throws(PostgreSQLError) -> TransactionEnd<Value>
  ) async throws(PostgreSQLError) -> Attempt<Value> {
    var committing: Value?
    do throws(PostgreSQLError) {
      return try await withConnection { (connection) throws(PostgreSQLError) in
        let transaction = Transaction(connection, answerSeconds: self.answerSeconds)
        do throws(PostgreSQLError) {
          switch try await body(transaction) {
          case .undo(let value):
            await transaction.undo()
            return .done(value)
          case .commit(let batch, let value):
            committing = value
            try await transaction.end(with: [record.note] + batch)
            return .done(value)
          }
        } catch {
          // A server that answers with an error, and goes on, has not committed.
          if connection.isUsable { committing = nil }
          await transaction.undo()
          throw error
        }
      }
    } catch {
      if let committing { return .unknown(record, committing, error) }
      return .undone(error)
    }
  }

  /// Finds out whether a transaction was committed, for as long as there is hope.
  private func settle(_ record: CommitRecord, _ error: PostgreSQLError) async throws(PostgreSQLError) -> Bool {
    let deadline = EventLoop.current.deadline(in: settlingSeconds)
    while true {
      do throws(PostgreSQLError) {
        let rows = try await run(record.settle, isReading: true)
        return try rows.first?.boolean(0) ?? false
      } catch let latest {
        guard EventLoop.current.now < deadline else { throw .outcomeUnknown("\(error); \(latest)") }
        await EventLoop.current.sleep(nanoseconds: 200_000_000)
      }
    }
  }
}
