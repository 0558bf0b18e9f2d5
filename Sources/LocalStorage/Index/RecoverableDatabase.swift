internal import Database
internal import DurableFiles
internal import Posix
internal import Synchronization

/// An SQLite file that holds nothing but what can be found out again: one that is damaged is put aside, one that was
/// deleted or replaced while in use is made or opened anew, also under the hands of other processes.
///
/// The version of its tables is part of the file's name: during an upgrade, workers of two programs write, each to its
/// own file.
final class RecoverableDatabase: Sendable {
  /// The tables of a file.
  struct Schema: Sendable {
    /// Counted up from 1 with every change of the tables.
    var version: Int64
    var statements: [String]
  }

  private let folder: PrivateFolder
  private let name: String
  private let schema: Schema
  private let log: @Sendable (String) -> Void
  private let current: Mutex<SharedConnection?> = Mutex(nil)

  /// How long nobody must have written to a file of an older version until it is removed, in seconds.
  private static let retention: Int64 = 86_400

  /// - Parameters:
  ///   - stem: what the file's name begins with; `index` stands for `index-2.db` where the schema's version is 2.
  ///   - log: takes a line when a file had to be put aside.
  init(
    in folder: PrivateFolder, named stem: String, schema: Schema, log: @escaping @Sendable (String) -> Void
  ) throws(DatabaseError) {
    self.folder = folder
    name = Self.fileName(stem, version: schema.version)
    self.schema = schema
    self.log = log
    _ = try connection()
    removeOlder(stem)
  }

  /// Runs `body` with the database; once more with a new one if the old turns out to be damaged.
  func access<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try recovering { (connection) throws(DatabaseError) in try connection.access(body) }
  }

  /// Runs `body` in a transaction; once more with a new database if the old turns out to be damaged.
  @discardableResult
  func transaction<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try recovering { (connection) throws(DatabaseError) in try connection.transaction(body) }
  }

  private func recovering<Result: Sendable>(
    _ body: (SharedConnection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    let used = try connection()
    do {
      return try body(used)
    } catch {
      guard error.isDamaged || used.fileHasMoved else { throw error }
      try replace(used, after: error)
      return try body(try connection())
    }
  }

  /// The open connection, or a new one where there is none or its file has gone.
  private func connection() throws(DatabaseError) -> SharedConnection {
    try current.withLock { (current) throws(DatabaseError) in
      if let open = current, !open.fileHasMoved { return open }
      let fresh = try alone { () throws(DatabaseError) in try open() }
      current = fresh
      return fresh
    }
  }

  private func replace(_ damaged: SharedConnection, after error: DatabaseError) throws(DatabaseError) {
    try current.withLock { (current) throws(DatabaseError) in
      guard current === damaged else { return }
      try alone { () throws(DatabaseError) in
        // Another process may have been faster: then the file is a good one.
        if !damaged.fileHasMoved { putAside(after: error) }
        current = nil
      }
    }
  }

  /// Runs `body` while no other thread or process opens or replaces the file.
  private func alone<Result>(_ body: () throws(DatabaseError) -> Result) throws(DatabaseError) -> Result {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }

  private func lock() throws(DatabaseError) -> FileDescriptor {
    do throws(Errno) {
      return try folder.descriptor.lockFolder()
    } catch {
      throw DatabaseError(extendedCode: 14, message: "locking \(folder.path): \(error)")
    }
  }

  private func open() throws(DatabaseError) -> SharedConnection {
    // The log of a file that was deleted would be taken for the new one's.
    if try isMissing(name) { removeCompanions(of: name) }
    do {
      return try openWithTables()
    } catch {
      guard error.isDamaged else { throw error }
      putAside(after: error)
      return try openWithTables()
    }
  }

  private func isMissing(_ name: String) throws(DatabaseError) -> Bool {
    do throws(Errno) { return try folder.descriptor.statusIfPresent(of: name) == nil } catch {
      throw DatabaseError(extendedCode: 14, message: "looking at \(folder.path)/\(name): \(error)")
    }
  }

  private func openWithTables() throws(DatabaseError) -> SharedConnection {
    let connection = try SharedConnection(path: "\(folder.path)/\(name)")
    try connection.transaction { (connection) throws(DatabaseError) in
      let version = try connection.first("PRAGMA user_version") { $0.integer(0) }
      guard version != schema.version else { return }
      // A virtual table takes those along that it is kept in.
      for condition in ["sql LIKE 'CREATE VIRTUAL%'", "true"] {
        var tables: [String] = []
        try connection.query(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND \(condition)"
        ) { tables.append($0.text(0)) }
        for table in tables { try connection.execute("DROP TABLE \"\(table)\"") }
      }
      for statement in schema.statements { try connection.execute(statement) }
      try connection.execute("PRAGMA user_version = \(schema.version)")
    }
    return connection
  }

  private func putAside(after error: DatabaseError) {
    log("\(folder.path)/\(name) is damaged (\(error)): put aside as \(name).damaged, and built anew")
    try? folder.descriptor.rename(name, to: "\(name).damaged")
    removeCompanions(of: name)
  }

  private func removeCompanions(of name: String) {
    try? folder.descriptor.unlink("\(name)-wal")
    try? folder.descriptor.unlink("\(name)-shm")
  }

  private static func fileName(_ stem: String, version: Int64) -> String { "\(stem)-\(version).db" }

  /// Removes the files of older programs, but for those that one of them may still use.
  private func removeOlder(_ stem: String) {
    let limit = Clock.now().seconds - Self.retention
    // The first ones had no version in their names.
    let names = ["\(stem).db"] + (1..<max(1, schema.version)).map { Self.fileName(stem, version: $0) }
    for older in names where isUnused(older, since: limit) {
      try? folder.descriptor.unlink(older)
      removeCompanions(of: older)
    }
  }

  /// Whether a file is there that nobody has written to since a moment. What is written goes into its log first.
  private func isUnused(_ name: String, since limit: Int64) -> Bool {
    guard let file = try? folder.descriptor.status(of: name), file.modified.seconds < limit else { return false }
    do throws(Errno) {
      guard let log = try folder.descriptor.statusIfPresent(of: "\(name)-wal") else { return true }
      return log.modified.seconds < limit
    } catch {
      return false
    }
  }
}
