internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
public import Storage

/// Objects of several hosts: their names in a database, their bytes in an engine.
///
/// What must be exact, such as conditions and lists, is a transaction on names. Bytes are put as blobs that nobody sees
/// before they are named, and never change afterwards.
public final class EngineObjectStore: Sendable {
  let names: NameDatabase
  let blobs: any BlobStore
  let spool: Spool
  let knownBuckets: KnownBuckets?
  let groups = GroupCommit()
  let notes: BlobNotes

  /// The objects of a database and an engine.
  /// - Parameter changes: tells of buckets that others change; without it, each request asks for its bucket.
  public init(_ names: NameDatabase, _ blobs: any BlobStore, _ spool: Spool, _ changes: NameChanges? = nil) {
    self.names = names
    self.blobs = blobs
    self.spool = spool
    notes = BlobNotes(names)
    knownBuckets = changes.map { KnownBuckets($0) }
  }
}

extension EngineObjectStore: ObjectStore {
  private static let find = SQLStatement(
    """
    SELECT b.id, o.metadata, o.blobs, o.starts, o.lengths
    FROM buckets b LEFT JOIN objects o ON o.bucket = b.id AND o.key = $2 WHERE b.name = $1
    """)
  static let bucketExists = SQLStatement("SELECT id FROM buckets WHERE name = $1")
  private static let delete = SQLStatement("DELETE FROM objects WHERE bucket = $1 AND key = $2")
  private static let setMetadata = SQLStatement("UPDATE objects SET metadata = $3 WHERE bucket = $1 AND key = $2")

  /// What there is of an object.
  struct Found: Sendable {
    /// The id of the bucket.
    var bucket: Int64
    /// The object; nil where there is none.
    var object: Object?

    struct Object: Sendable {
      var metadata: ObjectMetadata
      var content: [BlobSlice]

      var head: ObjectHead { ObjectHead(metadata, content.version(of: metadata)) }
    }

    init(_ rows: SQLRows) throws {
      guard let row = rows.first else { throw StorageError.noSuchBucket }
      bucket = try row.integer(0)
      guard let record = try row.optionalText(1) else { return }
      object = Object(metadata: try ObjectMetadata(record: record), content: try [BlobSlice](row, at: 2))
    }
  }

  static func look(for key: [UInt8], in bucket: String) -> SQLQuery { find(.text(bucket), .bytes(key)) }

  private nonisolated(nonsending) func object(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> Found.Object {
    try BucketName.check(bucket)
    let rows = try await names.read(Self.look(for: key, in: bucket))[0]
    let found = try NameDatabase.reading { try Found(rows) }
    try SingleVersion.check(version)
    guard let object = found.object else { throw .noSuchKey }
    return object
  }

  /// Asks the database once.
  public nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead {
    try await object(key, in: bucket, version: version).head
  }

  /// Asks the database once; the engine is asked when somebody reads.
  public nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    let object = try await object(key, in: bucket, version: version)
    return EngineOpenedObject(object.head, object.content, names, blobs)
  }

  /// Takes bytes into the spool. Whether there is the bucket turns out with the commit.
  public nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter {
    try BucketName.check(bucket)
    return EngineObjectWriter(key, bucket, self)
  }

  /// Takes the name away, in a transaction; its blobs stay for an hour.
  public nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool {
    try BucketName.check(bucket)
    return try await names.transaction { transaction in
      let rows = try await transaction.run([NameLocks.object(key, in: bucket), Self.look(for: key, in: bucket)])
      let found = try Found(rows[1])
      try SingleVersion.check(version)
      try precondition.check(found.object?.metadata)
      guard let object = found.object else { return .undo(false) }
      var uses = BlobUses()
      uses.remove(object.content)
      try await uses.lock(in: transaction)
      return .commit(uses.queries + [Self.delete(.integer(found.bucket), .bytes(key))], true)
    }
  }

  /// Changes the row under the lock of the key.
  public nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError) {
    try BucketName.check(bucket)
    try await names.transaction { transaction in
      let rows = try await transaction.run([NameLocks.object(key, in: bucket), Self.look(for: key, in: bucket)])
      let found = try Found(rows[1])
      try SingleVersion.check(version)
      guard let object = found.object else { throw StorageError.noSuchKey }
      let changed = change.applied(to: object.metadata)
      return .commit([Self.setMetadata(.integer(found.bucket), .bytes(key), .text(changed.record))], ())
    }
  }
}

/// Names of buckets that could be one. Others come out of addresses.
enum BucketName {
  /// - Throws: `noSuchBucket` for a name that the database could not be asked for.
  static func check(_ name: String) throws(StorageError) {
    guard !name.utf8.contains(0) else { throw .noSuchBucket }
  }
}
