internal import Posix
internal import PostgreSQL
internal import Storage

/// What fills the tables again. Each statement may come twice, and in any order: of two contents of a key the newer one stays.
enum RebuildStatements {
  /// What a blob, or several, turned out to be.
  enum Row: Sendable {
    case object(bucket: String, key: [UInt8], ObjectMetadata, [BlobSlice])
    case picture(PictureMetadata, BlobSlice)
    /// A blob that objects share, which come after it.
    case pack(BlobSlice, objects: Int)

    var queries: [SQLQuery] {
      switch self {
      case .object(let bucket, let key, let metadata, let content):
        var metadata = metadata
        metadata.size = content.size
        let row = SQLQuery(
          statement: RebuildStatements.nameObject,
          values: [
            .text(bucket), .bytes(key), .integer(Int64(clamping: metadata.size)),
            .integer(metadata.modified.totalNanoseconds), .text(metadata.etag), .text(metadata.owner),
            .text(metadata.storageClass), .text(metadata.record),
          ] + content.values)
        return [
          RebuildStatements.makeBucket(.text(bucket), .integer(metadata.modified.totalNanoseconds)), blobs(content),
          row,
        ]
      case .picture(let metadata, let slice):
        let row = RebuildStatements.namePicture(
          .bytes(Array(metadata.name.text.utf8)), .integer(metadata.uploadedAt.totalNanoseconds),
          .boolean(metadata.visibility == .public), .integer(metadata.expiresAt?.totalNanoseconds),
          .integer(Int64(clamping: metadata.content.size)), .bytes(metadata.content.sha256),
          .bytes(metadata.content.md5), .text(metadata.record), .text(slice.id.name))
        return [blobs([slice]), row]
      case .pack(let slice, let count):
        return [
          BlobPublisher.note(
            .text(slice.id.name), .integer(Int64(clamping: slice.length)), .integer(Int64(count)))
        ]
      }
    }

    private func blobs(_ content: [BlobSlice]) -> SQLQuery {
      RebuildStatements.noteBlobs(.texts(content.map(\.id.name)), .integers(content.map { Int64($0.length) }))
    }
  }

  static let anyNamed = SQLStatement("SELECT 1 FROM blobs WHERE state = 1 LIMIT 1")
  fileprivate static let makeBucket = SQLStatement(
    """
    INSERT INTO buckets (name, owner, created, acl) VALUES ($1, '', $2, 'private')
    ON CONFLICT (name) DO UPDATE SET created = LEAST(buckets.created, excluded.created)
    """)
  fileprivate static let noteBlobs = SQLStatement(
    "INSERT INTO blobs (id, length) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT (id) DO NOTHING")
  fileprivate static let nameObject = SQLStatement(
    """
    INSERT INTO objects (bucket, key, size, modified, etag, owner, storage_class, metadata, blobs, starts, lengths)
    VALUES ((SELECT id FROM buckets WHERE name = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (bucket, key) DO UPDATE SET size = excluded.size, modified = excluded.modified, etag = excluded.etag,
      owner = excluded.owner, storage_class = excluded.storage_class, metadata = excluded.metadata,
      blobs = excluded.blobs, starts = excluded.starts, lengths = excluded.lengths
    WHERE objects.modified < excluded.modified
    """)
  fileprivate static let namePicture = SQLStatement(
    """
    INSERT INTO pictures (name, uploaded, listed, expires, size, sha256, md5, metadata, blob)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (name) DO UPDATE SET uploaded = excluded.uploaded, listed = excluded.listed,
      expires = excluded.expires, size = excluded.size, sha256 = excluded.sha256, md5 = excluded.md5,
      metadata = excluded.metadata, blob = excluded.blob
    WHERE pictures.uploaded < excluded.uploaded
    """)

  /// For how many objects and pictures each blob counts. One that was replaced stays pending, and is swept in a day.
  static let countUses = SQLStatement(
    """
    UPDATE blobs SET uses = named.uses, state = 1 FROM (
      SELECT id, count(*) AS uses FROM (
        SELECT DISTINCT bucket, key, unnest(blobs) FROM objects
        UNION ALL SELECT 0, NULL, blob FROM pictures) AS use (owner, name, id)
      GROUP BY id) AS named
    WHERE blobs.id = named.id
    """)
  /// Packs of which another blob has a newer content of an object.
  static let noteGaps = SQLStatement(
    """
    INSERT INTO packs_with_gaps (id) SELECT id FROM blobs WHERE state = 1 AND packed > uses ON CONFLICT (id) DO NOTHING
    """)
  static let countObjects = SQLStatement("SELECT count(*) FROM objects")
  static let countPictures = SQLStatement("SELECT count(*), count(*) FILTER (WHERE queued) FROM pictures")
}
