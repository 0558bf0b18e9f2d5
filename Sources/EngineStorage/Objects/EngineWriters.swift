internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
internal import Storage

/// A writer whose content may hold blobs that the engine has already.
protocol EngineWriting: ContentWriter {
  var content: EngineContent { get }
  var spool: Spool { get }
  /// What sends a long content before it is whole; nil where it is to be whole first.
  var sender: PieceSender? { get }
}

extension EngineWriting {
  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let value = try await spool.pool.run { [content] () throws(Failure) in try step(content) }
    await sender?.proceed()
    return value
  }

  /// The content, once nothing of it is on its way.
  /// - Parameter etag: of the whole.
  nonisolated(nonsending) func finish(_ etag: String) async throws(StorageError) -> (
    pieces: [EngineContent.Piece], leading: BlobMetadata.LeadingPieces?
  ) {
    guard let sender else { return (content.takeAll(), nil) }
    var (pieces, leading) = try await sender.finish()
    leading?.etag = etag
    return (pieces, leading)
  }

  nonisolated(nonsending) func discard() async {
    content.removeAll()
    await sender?.giveUp()
  }
}

/// An object on its way in.
final class EngineObjectWriter: ObjectWriter, EngineWriting {
  private static let upsert = SQLStatement(
    """
    INSERT INTO objects (bucket, key, size, modified, etag, owner, storage_class, metadata, blobs, starts, lengths)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (bucket, key) DO UPDATE SET size = excluded.size, modified = excluded.modified, etag = excluded.etag,
      owner = excluded.owner, storage_class = excluded.storage_class, metadata = excluded.metadata,
      blobs = excluded.blobs, starts = excluded.starts, lengths = excluded.lengths
    """)

  let content: EngineContent
  let sender: PieceSender?
  var spool: Spool { store.spool }
  private let store: EngineObjectStore
  private let key: [UInt8]
  private let bucket: String

  init(_ key: [UInt8], _ bucket: String, _ store: EngineObjectStore) {
    self.key = key
    self.bucket = bucket
    self.store = store
    content = EngineContent(store.spool, store.blobs, isInPieces: true)
    sender = PieceSender(content, store.publisher)
  }

  nonisolated(nonsending) func commit(
    _ metadata: ObjectMetadata, if precondition: Precondition
  ) async throws(StorageError) {
    let publisher = store.publisher
    let (pieces, leading) = try await finish(metadata.etag)
    let published = try await publisher.put(
      pieces, md5: metadata.md5, metadata: BlobMetadata.object(key, in: bucket, metadata, after: leading))
    do throws(StorageError) {
      let (key, bucket) = (key, bucket)
      try await store.names.transaction { transaction in
        let rows = try await transaction.run([
          NameLocks.object(key, in: bucket), EngineObjectStore.look(for: key, in: bucket),
        ])
        let found = try EngineObjectStore.Found(rows[1])
        try precondition.check(found.object?.metadata)
        var uses = BlobUses()
        uses.add(published.slices)
        if let replaced = found.object { uses.remove(replaced.content) }
        try await uses.lock(in: transaction)
        return .commit(uses.queries + [Self.namingStatement(key, in: found.bucket, metadata, published.slices)], ())
      }
    } catch {
      throw await publisher.giveUp(published, after: error)
    }
  }

  /// What gives a content its key.
  static func namingStatement(
    _ key: [UInt8], in bucket: Int64, _ metadata: ObjectMetadata, _ content: [BlobSlice]
  ) -> SQLQuery {
    var metadata = metadata
    metadata.size = content.size
    return SQLQuery(
      statement: upsert,
      values: [
        .integer(bucket), .bytes(key), .integer(Int64(clamping: metadata.size)),
        .integer(metadata.modified.totalNanoseconds), .text(metadata.etag), .text(metadata.owner),
        .text(metadata.storageClass), .text(metadata.record),
      ] + content.values)
  }
}

extension EngineObjectStore {
  var publisher: BlobPublisher { BlobPublisher(names: names, blobs: blobs, spool: spool) }
}
