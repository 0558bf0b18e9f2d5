internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
public import Posix
public import Storage

/// Pictures of several hosts: their names in a database, their bytes in an engine.
public final class EnginePictureCatalog: Sendable {
  let names: NameDatabase
  let blobs: any BlobStore
  let spool: Spool
  let thumbnails: any HostThumbnails

  /// The pictures of a database and an engine.
  /// - Parameter thumbnails: those of this host.
  public init(_ names: NameDatabase, _ blobs: any BlobStore, _ spool: Spool, thumbnails: any HostThumbnails) {
    self.names = names
    self.blobs = blobs
    self.spool = spool
    self.thumbnails = thumbnails
  }

  func pictures(_ rows: SQLRows) throws(StorageError) -> [PictureMetadata] {
    try NameDatabase.decode { () throws(PostgreSQLError) in
      var pictures: [PictureMetadata] = []
      pictures.reserveCapacity(rows.count)
      for row in rows.rows { pictures.append(try PictureMetadata(row)) }
      return pictures
    }
  }
}

extension EnginePictureCatalog: PictureCatalog {
  private static let find = SQLStatement(
    "SELECT name, uploaded, listed, expires, size, sha256, md5, metadata FROM pictures WHERE name = ANY ($1)")
  private static let openOne = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob FROM pictures
    WHERE name = $1 AND (expires IS NULL OR expires > $2)
    """)
  private static let delete = SQLStatement("DELETE FROM pictures WHERE name = $1 RETURNING blob, size")
  private static let exists = SQLStatement("SELECT 1 FROM pictures WHERE name = $1")

  /// Takes bytes into the spool.
  public nonisolated(nonsending) func pictureWriter() async throws(StorageError) -> any PictureWriter {
    EnginePictureWriter(self)
  }

  /// Asks the database.
  public nonisolated(nonsending) func metadata(of name: StoredName) async throws(StorageError) -> PictureMetadata? {
    try await metadata(ofEach: [name]).first
  }

  /// Asks the database once for all.
  public nonisolated(nonsending) func metadata(
    ofEach names: [StoredName]
  ) async throws(StorageError) -> [PictureMetadata] {
    let rows = try await self.names.read(Self.find(.byteArrays(names.map { Array($0.text.utf8) })))[0]
    let found = Dictionary(try pictures(rows).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return names.compactMap { found[$0] }
  }

  /// Its blob stays for an hour after it is removed, so that readers end in peace.
  public nonisolated(nonsending) func open(
    _ name: StoredName, now: Timestamp
  ) async throws(StorageError) -> any OpenedObject {
    let rows = try await names.read(
      Self.openOne(.bytes(Array(name.text.utf8)), .integer(now.totalNanoseconds)))[0]
    let (metadata, content) = try NameDatabase.reading {
      guard let row = rows.first else { throw StorageError.noSuchKey }
      let picture = try PictureMetadata(row)
      guard let id = BlobID(try row.text(9)) else {
        throw PostgreSQLError.unexpectedAnswer("a blob that this program does not give")
      }
      let object = try row.optionalText(8).map { try ObjectMetadata(record: $0) }
      return (object ?? picture.asObject, [BlobSlice(id: id, start: 0, length: picture.content.size)])
    }
    return EngineOpenedObject(ObjectHead(metadata, content.version), content, names, blobs)
  }

  /// Takes the name away; from then on no host finds it.
  public nonisolated(nonsending) func remove(_ name: StoredName) async throws(StorageError) -> Bool {
    let wasThere = try await names.transaction { transaction in
      let rows = try await transaction.run([Self.delete(.bytes(Array(name.text.utf8)))])
      guard let row = rows[0].first else { return .undo(false) }
      guard let id = BlobID(try row.text(0)) else {
        throw PostgreSQLError.unexpectedAnswer("a blob that this program does not give")
      }
      var uses = BlobUses()
      uses.remove([BlobSlice(id: id, start: 0, length: try row.size(1))])
      return .commit(uses.queries, true)
    }
    await thumbnails.remove(name)
    return wasThere
  }

  /// Keeps it on this host, and takes it away again where the picture has gone meanwhile.
  public nonisolated(nonsending) func keepThumbnail(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError) {
    try await thumbnails.keep(bytes, of: name, density)
    if try await names.read(Self.exists(.bytes(Array(name.text.utf8))))[0].count == 0 { await thumbnails.remove(name) }
  }
}
