internal import HTTPSemantics
internal import PostgreSQL
public import Posix
public import Storage

/// The trash is a table beside that of the pictures. Their blobs stay in use.
extension EnginePictureCatalog: PictureTrash {
  /// One of the same name that is there already makes room.
  private static let makeRoom = SQLStatement(
    """
    DELETE FROM trashed_pictures AS old USING pictures
    WHERE old.name = ANY ($1) AND pictures.name = old.name RETURNING old.blob, old.size
    """)
  private static let move = SQLStatement(
    """
    WITH moved AS (DELETE FROM pictures WHERE name = ANY ($1) RETURNING *)
    INSERT INTO trashed_pictures (
      name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob, trashed)
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob, $2 FROM moved
    RETURNING name, uploaded, listed, expires, size, sha256, md5, metadata
    """)
  private static let digests = SQLStatement("SELECT sha256 FROM trashed_pictures WHERE name = ANY ($1)")
  private static let bringBack = SQLStatement(
    """
    INSERT INTO pictures (name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob)
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob FROM trashed_pictures
    WHERE name = ANY ($1) AND NOT EXISTS (
      SELECT 1 FROM blocked_pictures WHERE blocked_pictures.sha256 = trashed_pictures.sha256)
    ON CONFLICT (name) DO NOTHING
    RETURNING name, uploaded, listed, expires, size, sha256, md5, metadata
    """)
  private static let forget = SQLStatement("DELETE FROM trashed_pictures WHERE name = ANY ($1)")
  private static let list = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, trashed FROM trashed_pictures
    WHERE $2::bigint IS NULL OR (trashed, name) < ($2, $3) ORDER BY trashed DESC, name DESC LIMIT $1
    """)
  private static let discard = SQLStatement(
    "DELETE FROM trashed_pictures WHERE name = ANY ($1) RETURNING blob, size, name")
  private static let discardOlder = SQLStatement(
    """
    DELETE FROM trashed_pictures WHERE name IN (
      SELECT name FROM trashed_pictures WHERE trashed < $1 ORDER BY trashed LIMIT $2)
    RETURNING blob, size, name
    """)

  /// Moves the rows.
  public nonisolated(nonsending) func trash(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    let wanted = SQLValue.byteArrays(names.map { Array($0.text.utf8) })
    let moved = try await self.names.transaction { transaction in
      let rows = try await transaction.run([
        Self.makeRoom(wanted), Self.move(wanted, .integer(Clock.now().totalNanoseconds)),
      ])
      return .commit(try Self.released(rows[0]).queries, rows[1])
    }
    let pictures = try pictures(moved)
    for picture in pictures { await thumbnails.remove(picture.name) }
    return pictures
  }

  /// Waits for whoever is about to block one of them.
  public nonisolated(nonsending) func restore(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    let wanted = SQLValue.byteArrays(names.map { Array($0.text.utf8) })
    let back = try await self.names.transaction { transaction in
      var digests: Set<[UInt8]> = []
      for row in try await transaction.run([Self.digests(wanted)])[0].rows { digests.insert(try row.bytes(0)) }
      // In one order, so that no two transactions wait for each other.
      let locks = digests.sorted { $0.lexicographicallyPrecedes($1) }.map { NameLocks.picture($0) }
      let back = try await transaction.run(locks + [Self.bringBack(wanted)])[locks.count]
      var names: [[UInt8]] = []
      for row in back.rows { names.append(try row.bytes(0)) }
      return .commit([Self.forget(.byteArrays(names))], back)
    }
    return try pictures(back)
  }

  /// Has an index of its own.
  public nonisolated(nonsending) func trashed(
    after: PictureCursor?, limit: Int
  ) async throws(StorageError) -> [TrashedPicture] {
    let rows = try await names.read(
      Self.list(
        .integer(Int64(max(0, limit))), .integer(after?.position), .bytes(after.map { Array($0.name.utf8) })))[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var found: [TrashedPicture] = []
      for row in rows.rows {
        found.append(
          TrashedPicture(
            picture: try PictureMetadata(row), trashedAt: Timestamp(totalNanoseconds: try row.integer(8))))
      }
      return found
    }
  }

  /// Gives their blobs up.
  public nonisolated(nonsending) func discardTrashed(
    _ names: [StoredName]
  ) async throws(StorageError) -> [StoredName] {
    try await release(Self.discard(.byteArrays(names.map { Array($0.text.utf8) })))
  }

  /// Gives their blobs up.
  public nonisolated(nonsending) func emptyTrash(
    before: Timestamp, limit: Int
  ) async throws(StorageError) -> Int {
    try await release(Self.discardOlder(.integer(before.totalNanoseconds), .integer(Int64(max(0, limit))))).count
  }

  private nonisolated(nonsending) func release(_ query: SQLQuery) async throws(StorageError) -> [StoredName] {
    try await names.transaction { transaction in
      let rows = try await transaction.run([query])[0]
      var names: [StoredName] = []
      for row in rows.rows { if let name = StoredName(try row.bytes(2)) { names.append(name) } }
      return .commit(try Self.released(rows).queries, names)
    }
  }

  /// The blobs of rows that are gone.
  private static func released(_ rows: SQLRows) throws -> BlobUses {
    var uses = BlobUses()
    for row in rows.rows {
      guard let id = BlobID(try row.text(0)) else {
        throw PostgreSQLError.unexpectedAnswer("a blob that this program does not give")
      }
      uses.remove([BlobSlice(id: id, start: 0, length: try row.size(1))])
    }
    return uses
  }
}
