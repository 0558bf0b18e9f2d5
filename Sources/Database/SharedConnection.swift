internal import CSQLite
internal import Synchronization

/// A connection to an SQLite file, shared by several threads of one process; one of them uses it at a time.
///
/// The file is in WAL mode, so that readers and one writer, also of other processes, do not wait for each other, and is
/// not synced per commit: after a power cut the latest commits may be gone, the file is whole. Open it after `fork()`.
public final class SharedConnection: Sendable {
  private let connection: Mutex<Connection>

  /// Opens the file at `path`, and makes it if there is none.
  ///
  /// - Parameter busyTimeout: how long to wait for another process's write lock, in milliseconds.
  public init(path: String, busyTimeout: Int32 = 10_000) throws(DatabaseError) {
    var connection = try Connection(path: path)
    connection.setBusyTimeout(milliseconds: busyTimeout)
    let mode = try Self.turnOnWriteAheadLog(&connection, timeout: busyTimeout)
    guard mode == "wal" else {
      throw DatabaseError(
        extendedCode: SQLITE_CANTOPEN, message: "no write-ahead log on this file system (\(mode ?? "none"))")
    }
    try connection.execute("PRAGMA synchronous = NORMAL")
    try connection.execute("PRAGMA temp_store = MEMORY")
    // What a burst of writes made of the log is given back to the file system.
    try connection.execute("PRAGMA journal_size_limit = 16777216")
    self.connection = Mutex(connection)
  }

  /// SQLite does not wait where two connections do this to a new file at once: it is tried again.
  private static func turnOnWriteAheadLog(_ connection: inout Connection, timeout: Int32) throws(DatabaseError)
    -> String?
  {
    let pause: Int32 = 5
    var waited: Int32 = 0
    while true {
      do throws(DatabaseError) {
        return try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
      } catch {
        guard error.isBusy, waited < timeout else { throw error }
        sqlite3_sleep(pause)
        waited += pause
      }
    }
  }

  /// Runs `body` with the connection to itself; other threads wait.
  @discardableResult
  public func access<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try connection.withLock { (connection) throws(DatabaseError) in try body(&connection) }
  }

  /// Runs `body` in one transaction (BEGIN IMMEDIATE), undone whole if it throws.
  @discardableResult
  public func transaction<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try connection.withLock { (connection) throws(DatabaseError) in try connection.transaction(body) }
  }

  /// Whether the file was unlinked or replaced under its name since it was opened: what is written now is lost.
  public var fileHasMoved: Bool {
    connection.withLock { $0.fileHasMoved }
  }
}
