internal import CSQLite
internal import Synchronization

/// A connection to an SQLite file, shared by several threads of one process; one of them uses it at a time.
///
/// The file is in WAL mode, so that readers and one writer, also of other processes, do not wait for each other, and is
/// not synced per commit: after a power cut the latest commits may be gone, the file is whole. Open it after `fork()`.
public final class DatabaseConnection: Sendable {
  private let session: Mutex<Session>

  /// Opens the file at `path`, and makes it if there is none.
  ///
  /// - Parameter busyTimeout: how long to wait for another process's write lock, in milliseconds.
  public init(path: String, busyTimeout: Int32 = 10_000) throws(DatabaseError) {
    var session = try Session(path: path)
    session.setBusyTimeout(milliseconds: busyTimeout)
    let mode = try Self.turnOnWriteAheadLog(&session, patience: busyTimeout)
    guard mode == "wal" else {
      throw DatabaseError(
        extendedCode: SQLITE_CANTOPEN, message: "no write-ahead log on this file system (\(mode ?? "none"))")
    }
    try session.execute("PRAGMA synchronous = NORMAL")
    try session.execute("PRAGMA temp_store = MEMORY")
    // What a burst of writes made of the log is given back to the file system.
    try session.execute("PRAGMA journal_size_limit = 16777216")
    self.session = Mutex(session)
  }

  /// SQLite does not wait where two connections do this to a new file at once: it is tried again.
  private static func turnOnWriteAheadLog(_ session: inout Session, patience: Int32) throws(DatabaseError) -> String? {
    let pause: Int32 = 5
    var waited: Int32 = 0
    while true {
      do throws(DatabaseError) {
        return try session.first("PRAGMA journal_mode = WAL") { $0.text(0) }
      } catch {
        guard error.isBusy, waited < patience else { throw error }
        sqlite3_sleep(pause)
        waited += pause
      }
    }
  }

  /// Runs `body` with the connection to itself; other threads wait.
  @discardableResult
  public func access<Result: Sendable>(
    _ body: (inout Session) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try session.withLock { (session) throws(DatabaseError) in try body(&session) }
  }

  /// Runs `body` in one transaction (BEGIN IMMEDIATE), undone whole if it throws.
  @discardableResult
  public func transaction<Result: Sendable>(
    _ body: (inout Session) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try session.withLock { (session) throws(DatabaseError) in try session.transaction(body) }
  }

  /// Whether the file was unlinked or replaced under its name since it was opened: what is written now is lost.
  public var fileHasMoved: Bool {
    session.withLock { $0.fileHasMoved }
  }
}
