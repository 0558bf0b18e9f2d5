internal import PostgreSQL
internal import Posix
internal import Storage

/// The objects of a bucket, for trees.
struct ObjectEntries: TreeEntries {
  private static let listFrom = SQLStatement(
    """
    SELECT key, modified, metadata, blobs, starts, lengths FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key >= $2 ORDER BY key LIMIT $3
    """)
  private static let listAfter = SQLStatement(
    """
    SELECT key, modified, metadata, blobs, starts, lengths FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key > $2 ORDER BY key LIMIT $3
    """)
  private static let findEach = SQLStatement(
    """
    SELECT key, modified, metadata, blobs, starts, lengths FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key = ANY ($2)
    """)

  let store: EngineObjectStore
  let bucket: String

  nonisolated(nonsending) func page(
    from start: ListingStart, below prefix: [UInt8], limit: Int
  ) async throws(StorageError) -> [TreeEntry] {
    let limit = SQLValue.integer(Int64(limit))
    let query =
      switch start {
      case .beginning: Self.listFrom(.text(bucket), .bytes([]), limit)
      case .at(let key): Self.listFrom(.text(bucket), .bytes(key), limit)
      case .after(let key): Self.listAfter(.text(bucket), .bytes(key), limit)
      }
    let rows = try await store.names.read(EngineObjectStore.bucketExists(.text(bucket)), query)
    guard rows[0].count == 1 else { throw .noSuchBucket }
    return try Self.entries(rows[1])
  }

  nonisolated(nonsending) func find(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry] {
    try Self.entries(try await store.names.read(Self.findEach(.text(bucket), .byteArrays(keys)))[0])
  }

  nonisolated(nonsending) func remember(crc32: UInt32, of entry: TreeEntry) async throws(StorageError) {
    try await store.remember(crc32: crc32, of: entry.key, in: bucket, entry.content)
  }

  private static func entries(_ rows: SQLRows) throws(StorageError) -> [TreeEntry] {
    try NameDatabase.decode { () throws(PostgreSQLError) in
      var entries: [TreeEntry] = []
      entries.reserveCapacity(rows.count)
      for row in rows.rows {
        entries.append(
          TreeEntry(
            key: try row.bytes(0), modified: Timestamp(totalNanoseconds: try row.integer(1)),
            metadata: try ObjectMetadata(record: try row.text(2)), content: try [BlobSlice](row, at: 3)))
      }
      return entries
    }
  }
}

extension EngineObjectStore {
  private static let setMetadata = SQLStatement("UPDATE objects SET metadata = $3 WHERE bucket = $1 AND key = $2")

  /// Notes the checksum of an object, if it still has the content.
  nonisolated(nonsending) func remember(
    crc32: UInt32, of key: [UInt8], in bucket: String, _ content: [BlobSlice]
  ) async throws(StorageError) {
    try await names.transaction { transaction in
      let rows = try await transaction.run([NameLocks.object(key, in: bucket), Self.look(for: key, in: bucket)])
      let found = try Found(rows[1])
      guard var object = found.object, object.content == content else { return .undo(()) }
      object.metadata.crc32 = crc32
      return .commit([Self.setMetadata(.integer(found.bucket), .bytes(key), .text(object.metadata.record))], ())
    }
  }
}
