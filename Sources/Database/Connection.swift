internal import CSQLite

/// An open SQLite handle with its prepared statements, in the hands of one thread at a time.
///
/// It may go from thread to thread (its handle is in SQLite's multi-thread mode); being noncopyable and used through
/// `inout`, it is never on two of them at once.
@safe public struct Connection: ~Copyable, @unchecked Sendable {
  let handle: OpaquePointer
  private var statements: [String: Statement]

  /// Opens the database, and makes its file where there is none.
  init(path: String) throws(DatabaseError) {
    // Nothing of the connection is there before the last throw: Swift 6.2 cannot compile an initializer that gives up a
    // noncopyable value with a part of it set, be it only by a default.
    unsafe handle = try Self.open(path)
    statements = [:]
  }

  private static func open(_ path: String) throws(DatabaseError) -> OpaquePointer {
    var opened: OpaquePointer?
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
      | SQLITE_OPEN_NOFOLLOW
    let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened = unsafe opened else {
      throw DatabaseError(extendedCode: SQLITE_NOMEM, message: "out of memory")
    }
    guard code == SQLITE_OK else {
      let error = unsafe DatabaseError(latestOn: opened)
      _ = unsafe sqlite3_close_v2(opened)
      throw error
    }
    return unsafe opened
  }

  deinit {
    // The statements go after this; SQLite keeps the handle until the last of them is finalized.
    _ = unsafe sqlite3_close_v2(handle)
  }

  /// Runs one statement to its end and returns how many rows it changed.
  @discardableResult
  public mutating func execute(_ sql: String, _ values: [DatabaseValue] = []) throws(DatabaseError) -> Int {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() {}
    return unsafe Int(sqlite3_changes64(handle))
  }

  /// Hands every row of a query to `body`.
  public mutating func query(
    _ sql: String, _ values: [DatabaseValue] = [], _ body: (borrowing Row) throws(DatabaseError) -> Void
  ) throws(DatabaseError) {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() {
      try body(Row(statement: statement))
    }
  }

  /// What `body` makes of the first row of a query; nil if there is none.
  public mutating func first<Result>(
    _ sql: String, _ values: [DatabaseValue] = [], _ body: (borrowing Row) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result? {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    guard try statement.step() else { return nil }
    return try body(Row(statement: statement))
  }

  /// Runs `body` in one transaction that takes the write lock at its start; undone whole if `body` throws.
  mutating func transaction<Result>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body(&self)
      try execute("COMMIT")
      return result
    } catch {
      // SQLite has undone it already after some errors; then there is nothing to roll back.
      if unsafe sqlite3_get_autocommit(handle) == 0 { _ = try? execute("ROLLBACK") }
      throw error
    }
  }

  /// Whether the file was unlinked or replaced under its name since it was opened.
  var fileHasMoved: Bool {
    var moved: Int32 = 0
    let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
    return code == SQLITE_OK && moved != 0
  }

  private mutating func prepared(_ sql: String) throws(DatabaseError) -> Statement {
    if let statement = statements[sql] { return statement }
    let statement = try unsafe Statement(sql, on: handle)
    statements[sql] = statement
    return statement
  }
}
