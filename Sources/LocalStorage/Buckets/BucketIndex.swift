internal import Database
internal import DurableFiles
internal import Posix
internal import Storage

/// The listing index of all buckets, in SQLite. It may be deleted at any time: a scan builds it anew.
final class BucketIndex: Sendable {
  static let schema = RecoverableDatabase.Schema(
    version: 3,
    statements: [
      "CREATE TABLE buckets (name TEXT PRIMARY KEY, id INTEGER NOT NULL, scanned TEXT NOT NULL) WITHOUT ROWID",
      """
      CREATE TABLE objects (bucket INTEGER NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
        etag TEXT NOT NULL, owner TEXT NOT NULL, class TEXT NOT NULL, inode INTEGER NOT NULL,
        changed INTEGER NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID
      """,
    ])

  let database: RecoverableDatabase
  /// SQLite would sleep for milliseconds where another process writes.
  private let lock: ProcessLock
  private let combined: CombinedTransactions

  init(in folder: PrivateFolder, log: @escaping @Sendable (String) -> Void) throws(StorageError) {
    do throws(DatabaseError) {
      let database = try RecoverableDatabase(in: folder, named: "objects", schema: Self.schema, log: log)
      self.database = database
      let lock = try Self.lock(in: folder)
      self.lock = lock
      combined = CombinedTransactions { (change) throws(DatabaseError) in
        try lock(orThrow: Self.lockFailure) { () throws(DatabaseError) in try database.transaction(change) }
      }
    } catch {
      throw StorageError(error)
    }
  }

  private static func lock(in folder: PrivateFolder) throws(DatabaseError) -> ProcessLock {
    do throws(Errno) {
      return ProcessLock(try folder.descriptor.open("objects.lock", [.readWrite, .create, .noFollow], mode: 0o600))
    } catch {
      throw lockFailure(error)
    }
  }

  private static func lockFailure(_ error: Errno) -> DatabaseError {
    DatabaseError(extendedCode: 14, message: "objects.lock: \(error)")
  }

  /// Runs `body` in a write transaction.
  func transaction<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try lock(orThrow: Self.lockFailure) { () throws(DatabaseError) in try database.transaction(body) }
  }

  /// Makes a change in a transaction that it may share with those of other threads. It may be made twice.
  func change(_ change: @escaping CombinedTransactions.Change) throws(StorageError) {
    do throws(DatabaseError) { try combined(change) } catch { throw StorageError(error) }
  }

  /// One line of a listing.
  struct Entry: Equatable, Sendable {
    var key: [UInt8]
    var size: UInt64
    var modified: Timestamp
    var etag: String
    var owner: String
    /// The storage class; nil for the usual one.
    var storageClass: String?
    /// What tells whether the file is still the one that was listed.
    var recordedVersion: RecordedVersion

    /// The line of an object with these metadata.
    init(key: [UInt8], _ metadata: ObjectMetadata, _ recordedVersion: RecordedVersion) {
      self.key = key
      size = metadata.size
      modified = metadata.modified
      etag = metadata.etag
      owner = metadata.owner
      storageClass = metadata.storageClass
      self.recordedVersion = recordedVersion
    }
  }
}

extension Connection {
  /// The number that stands for a bucket in the table of objects; made where it is missing.
  mutating func bucketID(_ name: String) throws(DatabaseError) -> Int64 {
    if let id = try first("SELECT id FROM buckets WHERE name = ?1", [.text(name)], { $0.integer(0) }) { return id }
    let id = (try first("SELECT coalesce(max(id), 0) + 1 FROM buckets") { $0.integer(0) }) ?? 1
    try execute("INSERT INTO buckets (name, id, scanned) VALUES (?1, ?2, '')", [.text(name), .integer(id)])
    try markUnscanned(name)
    return id
  }

  /// Lists an object, replacing what stood under its key.
  mutating func list(_ entry: BucketIndex.Entry, in bucket: Int64) throws(DatabaseError) {
    try execute(
      """
      INSERT OR REPLACE INTO objects (bucket, key, size, modified, etag, owner, class, inode, changed)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """,
      [
        .integer(bucket), .blob(entry.key), .integer(Int64(bitPattern: entry.size)),
        .integer(entry.modified.totalNanoseconds), .text(entry.etag), .text(entry.owner),
        .text(entry.storageClass ?? ""), .integer(Int64(bitPattern: entry.recordedVersion.inode)),
        .integer(entry.recordedVersion.modified),
      ])
  }

  /// Takes an object out of the list.
  mutating func unlist(_ key: [UInt8], in bucket: Int64) throws(DatabaseError) {
    try execute("DELETE FROM objects WHERE bucket = ?1 AND key = ?2", [.integer(bucket), .blob(key)])
  }
}
