internal import Digests
internal import HTTPSemantics
internal import PostgreSQL
public import Storage

extension EngineObjectStore: MultipartStore {
  private static let begin = SQLStatement(
    """
    INSERT INTO uploads (id, bucket, key, metadata, checksum_algorithm)
    SELECT $1, id, $3, $4, $5 FROM buckets WHERE name = $2 ON CONFLICT (id) DO NOTHING
    """)
  private static let find = SQLStatement(
    """
    SELECT b.id, u.id, u.key, u.metadata, u.checksum_algorithm
    FROM buckets b LEFT JOIN uploads u ON u.bucket = b.id AND u.id = $2 WHERE b.name = $1
    """)
  private static let lockUpload = SQLStatement("SELECT 1 FROM uploads WHERE id = $1 FOR UPDATE")
  private static let bucketID = SQLStatement("SELECT id FROM buckets WHERE name = $1")
  private static let list = SQLStatement(
    """
    SELECT u.id, u.key, u.metadata, u.checksum_algorithm
    FROM uploads u JOIN buckets b ON b.id = u.bucket WHERE b.name = $1 ORDER BY u.key, u.id
    """)
  private static let listParts = SQLStatement(
    "SELECT number, metadata, blobs, starts, lengths FROM parts WHERE upload = $1 ORDER BY number")
  private static let delete = SQLStatement("DELETE FROM uploads WHERE id = $1")

  /// Inserts a row.
  public nonisolated(nonsending) func beginUpload(
    of key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, checksumAlgorithm: String?
  ) async throws(StorageError) -> MultipartUpload {
    try BucketName.check(bucket)
    let upload = MultipartUpload(
      identifier: Hexadecimal.encode(SecureRandom.bytes(16)), key: key, metadata: metadata,
      checksumAlgorithm: checksumAlgorithm)
    let rows = try await names.change(
      NameLocks.use(of: bucket), Self.bucketID(.text(bucket)),
      Self.begin(
        .text(upload.identifier), .text(bucket), .bytes(key), .text(metadata.record), .text(checksumAlgorithm)))
    guard rows[1].count == 1 else { throw .noSuchBucket }
    return upload
  }

  /// Asks the database once.
  public nonisolated(nonsending) func upload(
    _ identifier: String, of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> MultipartUpload {
    try UploadIdentifier.check(identifier)
    try BucketName.check(bucket)
    let rows = try await names.read(Self.find(.text(bucket), .text(identifier)))[0]
    return try NameDatabase.reading {
      guard let row = rows.first else { throw StorageError.noSuchBucket }
      guard !row.isNull(1), try row.bytes(2) == key else { throw StorageError.noSuchUpload(identifier) }
      return MultipartUpload(
        identifier: identifier, key: key, metadata: try ObjectMetadata(record: try row.text(3)),
        checksumAlgorithm: try row.optionalText(4))
    }
  }

  /// Reads the rows of the bucket.
  public nonisolated(nonsending) func uploads(in bucket: String) async throws(StorageError) -> [MultipartUpload] {
    try BucketName.check(bucket)
    let rows = try await names.read(Self.bucketID(.text(bucket)), Self.list(.text(bucket)))
    guard rows[0].count == 1 else { throw .noSuchBucket }
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var uploads: [MultipartUpload] = []
      for row in rows[1].rows {
        uploads.append(
          MultipartUpload(
            identifier: try row.text(0), key: try row.bytes(1), metadata: try ObjectMetadata(record: try row.text(2)),
            checksumAlgorithm: try row.optionalText(3)))
      }
      return uploads
    }
  }

  /// Takes bytes into the spool.
  public nonisolated(nonsending) func partWriter(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> any PartWriter {
    _ = try await find(upload, in: bucket)
    return EnginePartWriter(upload, bucket, self)
  }

  /// Reads the rows of the upload.
  public nonisolated(nonsending) func parts(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> [UploadedPart] {
    try await find(upload, in: bucket).map(\.part)
  }

  /// The parts of an upload that is there.
  private nonisolated(nonsending) func find(
    _ upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> [StoredPart] {
    try UploadIdentifier.check(upload.identifier)
    try BucketName.check(bucket)
    let identifier = upload.identifier
    let rows = try await names.read(Self.find(.text(bucket), .text(identifier)), Self.listParts(.text(identifier)))
    return try NameDatabase.reading {
      try Self.checkUpload(rows[0], identifier)
      return try Self.parts(rows[1])
    }
  }

  /// Moves names from the parts to the object, in a transaction: no byte is moved.
  public nonisolated(nonsending) func complete(
    _ upload: MultipartUpload, _ parts: [UploadedPart], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition
  ) async throws(StorageError) {
    try UploadIdentifier.check(upload.identifier)
    try BucketName.check(bucket)
    let identifier = upload.identifier
    try await names.transaction { transaction in
      let rows = try await transaction.run([
        NameLocks.object(upload.key, in: bucket), Self.lockUpload(.text(identifier)),
        Self.find(.text(bucket), .text(identifier)), Self.listParts(.text(identifier)),
        Self.look(for: upload.key, in: bucket),
      ])
      try Self.checkUpload(rows[2], identifier)
      let stored = try Self.parts(rows[3])
      let byNumber = Dictionary(stored.map { ($0.part.number, $0) }, uniquingKeysWith: { first, _ in first })
      var content: [BlobSlice] = []
      for part in parts {
        guard let found = byNumber[part.number], found.part.isSameContent(as: part) else {
          throw StorageError.invalidPart(part.number)
        }
        content += found.content
      }
      let found = try Found(rows[4])
      try precondition.check(found.object?.metadata)
      // An object without a part has a blob of its own only when it was put: here it has none.
      var uses = BlobUses()
      uses.add(content)
      for part in stored { uses.remove(part.content) }
      if let replaced = found.object { uses.remove(replaced.content) }
      try await uses.lock(in: transaction)
      return .commit(
        uses.queries + [
          Self.delete(.text(identifier)),
          NewObject.statement(upload.key, in: found.bucket, metadata, content),
        ], ())
    }
  }

  /// Takes the rows away; the blobs stay for an hour.
  public nonisolated(nonsending) func abort(
    _ upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) {
    try UploadIdentifier.check(upload.identifier)
    try BucketName.check(bucket)
    try await giveUp(upload.identifier, in: bucket)
  }

  /// Takes the rows of an upload away.
  nonisolated(nonsending) func giveUp(_ identifier: String, in bucket: String) async throws(StorageError) {
    try await names.transaction { transaction in
      let rows = try await transaction.run([
        NameLocks.use(of: bucket), Self.lockUpload(.text(identifier)), Self.find(.text(bucket), .text(identifier)),
        Self.listParts(.text(identifier)),
      ])
      try Self.checkUpload(rows[2], identifier)
      var uses = BlobUses()
      for part in try Self.parts(rows[3]) { uses.remove(part.content) }
      try await uses.lock(in: transaction)
      return .commit(uses.queries + [Self.delete(.text(identifier))], ())
    }
  }

  /// A part, and where its bytes are.
  struct StoredPart: Sendable {
    var part: UploadedPart
    var content: [BlobSlice]
  }

  static func lookForUpload(_ identifier: String, in bucket: String) -> [SQLQuery] {
    [NameLocks.use(of: bucket), lockUpload(.text(identifier)), find(.text(bucket), .text(identifier))]
  }

  static func checkUpload(_ rows: SQLRows, _ identifier: String) throws {
    guard let row = rows.first else { throw StorageError.noSuchBucket }
    guard !row.isNull(1) else { throw StorageError.noSuchUpload(identifier) }
  }

  private static func parts(_ rows: SQLRows) throws -> [StoredPart] {
    try rows.rows.map { row in
      StoredPart(
        part: try UploadedPart(try row.integer(0), record: try row.text(1)), content: try [BlobSlice](row, at: 2))
    }
  }
}

/// Ids of uploads, as this program gives them. Others come out of addresses.
enum UploadIdentifier {
  /// - Throws: `noSuchUpload` for a text that is none.
  static func check(_ text: String) throws(StorageError) {
    guard text.utf8.count == 32, Hexadecimal.decode(text.utf8) != nil else { throw .noSuchUpload(text) }
  }
}
