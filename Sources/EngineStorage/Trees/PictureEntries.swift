internal import PostgreSQL
internal import Posix
internal import Storage

/// The pictures whose time is not over, for trees. Their checksums are known: they were computed when they came.
struct PictureEntries: TreeEntries {
  private static let listFrom = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob FROM pictures
    WHERE (listed OR $1) AND (expires IS NULL OR expires > $2) AND name >= $3 ORDER BY name LIMIT $4
    """)
  private static let listAfter = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob FROM pictures
    WHERE (listed OR $1) AND (expires IS NULL OR expires > $2) AND name > $3 ORDER BY name LIMIT $4
    """)
  private static let findEach = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob FROM pictures
    WHERE name = ANY ($1)
    """)

  let catalog: EnginePictureCatalog
  let includesUnlisted: Bool

  nonisolated(nonsending) func page(
    from start: ListingStart, below prefix: [UInt8], limit: Int
  ) async throws(StorageError) -> [TreeEntry] {
    func query(_ statement: SQLStatement, _ key: [UInt8]) -> SQLQuery {
      statement(
        .boolean(includesUnlisted), .integer(Clock.now().totalNanoseconds), .bytes(key), .integer(Int64(limit)))
    }
    let page =
      switch start {
      case .beginning: query(Self.listFrom, [])
      case .at(let key): query(Self.listFrom, key)
      case .after(let key): query(Self.listAfter, key)
      }
    return try Self.entries(try await catalog.names.read(page)[0])
  }

  /// One that was chosen is read to its end, also when its time is over meanwhile.
  nonisolated(nonsending) func find(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry] {
    try Self.entries(try await catalog.names.read(Self.findEach(.byteArrays(keys)))[0])
  }

  nonisolated(nonsending) func remember(crc32: UInt32, of entry: TreeEntry) async throws(StorageError) {}

  private static func entries(_ rows: SQLRows) throws(StorageError) -> [TreeEntry] {
    try NameDatabase.decode { () throws(PostgreSQLError) in
      var entries: [TreeEntry] = []
      entries.reserveCapacity(rows.count)
      for row in rows.rows {
        let picture = try PictureMetadata(row)
        guard let id = BlobID(try row.text(9)) else {
          throw .unexpectedAnswer("a blob that this program does not give")
        }
        var metadata =
          try row.optionalText(8).map { (text) throws(PostgreSQLError) in try ObjectMetadata(record: text) }
          ?? picture.asObject
        metadata.crc32 = picture.content.crc32
        entries.append(
          TreeEntry(
            key: Array(picture.name.text.utf8), modified: picture.uploadedAt, metadata: metadata,
            content: [BlobSlice(id: id, start: 0, length: picture.content.size)]))
      }
      return entries
    }
  }
}
