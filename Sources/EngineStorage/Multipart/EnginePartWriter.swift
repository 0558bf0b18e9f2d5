internal import HTTPSemantics
internal import PostgreSQL
internal import Storage

/// A part on its way in.
final class EnginePartWriter: PartWriter, EngineWriting {
  private static let present = SQLStatement(
    "SELECT blobs, starts, lengths FROM parts WHERE upload = $1 AND number = $2")
  private static let upsert = SQLStatement(
    """
    INSERT INTO parts (upload, number, metadata, blobs, starts, lengths) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (upload, number) DO UPDATE SET metadata = excluded.metadata, blobs = excluded.blobs,
      starts = excluded.starts, lengths = excluded.lengths
    """)

  let content: EngineContent
  let sender: PieceSender?
  var spool: Spool { store.spool }
  private let store: EngineObjectStore
  private let upload: MultipartUpload
  private let bucket: String

  init(_ upload: MultipartUpload, _ bucket: String, _ store: EngineObjectStore) {
    self.upload = upload
    self.bucket = bucket
    self.store = store
    content = EngineContent(store.spool, store.blobs, isInPieces: true)
    sender = PieceSender(content, store.publisher)
  }

  nonisolated(nonsending) func commit(_ part: UploadedPart) async throws(StorageError) {
    let publisher = store.publisher
    let (pieces, leading) = try await finish(part.etag)
    let published = try await publisher.put(
      pieces, md5: Hexadecimal.decode(part.etag.utf8),
      metadata: BlobMetadata.part(part.number, of: upload, in: bucket, after: leading))
    var part = part
    part.size = published.slices.size
    do throws(StorageError) {
      let (bucket, identifier, number) = (bucket, upload.identifier, SQLValue.integer(Int64(part.number)))
      try await store.names.transaction { [part] transaction in
        let rows = try await transaction.run(
          EngineObjectStore.lookForUpload(identifier, in: bucket) + [
            Self.present(.text(identifier), number), BlobUses.lock(published.own),
          ])
        try EngineObjectStore.checkUpload(rows[2], identifier)
        var uses = try BlobUses(locked: rows[4])
        uses.add(published.slices)
        if let row = rows[3].first { uses.remove(try [BlobSlice](row, at: 0)) }
        try await uses.lock(in: transaction)
        let upsert = SQLQuery(
          statement: Self.upsert, values: [.text(identifier), number, .text(part.record)] + published.slices.values)
        return .commit(uses.queries + [upsert], ())
      }
    } catch {
      throw await publisher.giveUp(published, after: error)
    }
  }
}
