internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
public import Storage

extension EngineObjectStore: BucketCatalog {
  private static let allNames = SQLStatement("SELECT name FROM buckets ORDER BY name")
  private static let all = SQLStatement("SELECT id, name, owner, created, acl, location FROM buckets")
  private static let one = SQLStatement(
    "SELECT id, name, owner, created, acl, location FROM buckets WHERE name = $1")
  private static let allDocuments = SQLStatement("SELECT bucket, kind, content FROM bucket_documents")
  private static let documents = SQLStatement(
    """
    SELECT bucket, kind, content FROM bucket_documents
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1)
    """)
  private static let create = SQLStatement(
    """
    INSERT INTO buckets (name, owner, created, acl, location) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (name) DO NOTHING RETURNING id
    """)
  private static let ownerOf = SQLStatement("SELECT owner FROM buckets WHERE name = $1")
  private static let id = SQLStatement("SELECT id FROM buckets WHERE name = $1")
  private static let contents = SQLStatement(
    "SELECT b.id, EXISTS (SELECT 1 FROM objects o WHERE o.bucket = b.id) FROM buckets b WHERE b.name = $1")
  private static let parts = SQLStatement(
    """
    SELECT p.blobs, p.starts, p.lengths FROM parts p JOIN uploads u ON u.id = p.upload WHERE u.bucket = $1
    """)
  private static let deleteUploads = SQLStatement("DELETE FROM uploads WHERE bucket = $1")
  private static let delete = SQLStatement("DELETE FROM buckets WHERE id = $1")
  private static let setACL = SQLStatement("UPDATE buckets SET acl = $2 WHERE id = $1")
  private static let setDocument = SQLStatement(
    """
    INSERT INTO bucket_documents (bucket, kind, content) VALUES ($1, $2, $3)
    ON CONFLICT (bucket, kind) DO UPDATE SET content = excluded.content
    """)
  private static let deleteDocument = SQLStatement("DELETE FROM bucket_documents WHERE bucket = $1 AND kind = $2")
  private static let count = SQLStatement(
    """
    SELECT b.id, count(o.key), COALESCE(sum(o.size), 0)::bigint
    FROM buckets b LEFT JOIN objects o ON o.bucket = b.id WHERE b.name = $1 GROUP BY b.id
    """)

  /// Reads the table.
  public nonisolated(nonsending) func bucketNames() async throws(StorageError) -> [String] {
    try NameDatabase.texts(try await names.read(Self.allNames())[0])
  }

  /// Reads both tables, once.
  public nonisolated(nonsending) func configurations() async throws(StorageError) -> [String: BucketConfiguration] {
    let rows = try await names.read(Self.all(), Self.allDocuments())
    return try NameDatabase.decode { () throws(PostgreSQLError) in try Self.configurations(rows[0], rows[1]) }
  }

  /// Reads both tables, unless it is known what stands there.
  public nonisolated(nonsending) func configuration(
    of bucket: String
  ) async throws(StorageError) -> BucketConfiguration {
    try BucketName.check(bucket)
    if let known = knownBuckets?.configuration(of: bucket) { return known }
    let moment = knownBuckets?.moment
    let rows = try await names.read(Self.one(.text(bucket)), Self.documents(.text(bucket)))
    let found = try NameDatabase.decode { () throws(PostgreSQLError) in try Self.configurations(rows[0], rows[1]) }
    guard let configuration = found[bucket] else { throw .noSuchBucket }
    knownBuckets?.note(configuration, of: bucket, readIn: moment)
    return configuration
  }

  private static func configurations(
    _ buckets: SQLRows, _ documents: SQLRows
  ) throws(PostgreSQLError) -> [String: BucketConfiguration] {
    var texts: [Int64: [String: String]] = [:]
    for row in documents.rows {
      texts[try row.integer(0), default: [:]][try row.text(1)] = String(decoding: try row.bytes(2), as: UTF8.self)
    }
    var configurations: [String: BucketConfiguration] = [:]
    for row in buckets.rows {
      var configuration = BucketConfiguration(
        owner: try row.text(2), created: Timestamp(totalNanoseconds: try row.integer(3)), acl: try row.text(4))
      configuration.location = try row.optionalText(5)
      configuration.documents = texts[try row.integer(0)] ?? [:]
      configurations[try row.text(1)] = configuration
    }
    return configurations
  }

  /// Inserts a row; of several at once, one does.
  public nonisolated(nonsending) func createBucket(
    _ name: String, _ configuration: BucketConfiguration
  ) async throws(StorageError) {
    try await changeBuckets { transaction in
      let rows = try await transaction.run([
        NameLocks.change(of: name),
        Self.create(
          .text(name), .text(configuration.owner), .integer(configuration.created.totalNanoseconds),
          .text(configuration.acl), .text(configuration.location)), Self.ownerOf(.text(name)),
      ])
      guard let row = rows[1].first else {
        throw StorageError.bucketExists(owner: try rows[2].first?.text(0) ?? "")
      }
      let id = try row.integer(0)
      return configuration.documents.map {
        Self.setDocument(.integer(id), .text($0.key), .bytes(Array($0.value.utf8)))
      }
    }
  }

  /// Waits for writers that are under way, and is waited for by those that come.
  public nonisolated(nonsending) func deleteBucket(_ name: String) async throws(StorageError) {
    try BucketName.check(name)
    try await changeBuckets { transaction in
      let rows = try await transaction.run([NameLocks.change(of: name), Self.contents(.text(name))])
      guard let row = rows[1].first else { throw StorageError.noSuchBucket }
      guard try !row.boolean(1) else { throw StorageError.bucketNotEmpty }
      let id = try row.integer(0)
      var uses = BlobUses()
      for part in try await transaction.run([Self.parts(.integer(id))])[0].rows {
        uses.remove(try [BlobSlice](part, at: 0))
      }
      try await uses.lock(in: transaction)
      return uses.queries + [Self.deleteUploads(.integer(id)), Self.delete(.integer(id))]
    }
  }

  /// Changes one column or one document.
  public nonisolated(nonsending) func configure(_ bucket: String, _ change: BucketChange) async throws(StorageError) {
    try BucketName.check(bucket)
    try await changeBuckets { transaction in
      let rows = try await transaction.run([NameLocks.use(of: bucket), Self.id(.text(bucket))])
      guard let id = try rows[1].first?.integer(0) else { throw StorageError.noSuchBucket }
      switch change {
      case .accessControlList(let list): return [Self.setACL(.integer(id), .text(list))]
      case .document(let kind, let text?):
        return [Self.setDocument(.integer(id), .text(kind), .bytes(Array(text.utf8)))]
      case .document(let kind, nil): return [Self.deleteDocument(.integer(id), .text(kind))]
      }
    }
  }

  /// Changes buckets in a transaction, and notifies all hosts with its commit.
  /// - Parameter body: its last statements.
  private nonisolated(nonsending) func changeBuckets(
    _ body: @escaping @EventLoopActor @Sendable (Transaction) async throws -> [SQLQuery]
  ) async throws(StorageError) {
    try await names.transaction { transaction in
      .commit(try await body(transaction) + [BucketNotice.notify()], ())
    }
    knownBuckets?.noteOwnChange()
  }

  /// Counts the rows of the bucket.
  public nonisolated(nonsending) func totals(of bucket: String) async throws(StorageError) -> BucketTotals {
    try BucketName.check(bucket)
    let rows = try await names.read(Self.count(.text(bucket)))[0]
    return try NameDatabase.reading {
      guard let row = rows.first else { throw StorageError.noSuchBucket }
      return BucketTotals(objects: Int(try row.integer(1)), bytes: try row.size(2))
    }
  }
}
