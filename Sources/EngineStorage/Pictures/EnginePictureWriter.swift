internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
internal import Storage

/// A picture on its way in.
final class EnginePictureWriter: PictureWriter, EngineWriting {
  private static let isBlocked = SQLStatement("SELECT 1 FROM blocked_pictures WHERE sha256 = $1")
  private static let insert = SQLStatement(
    """
    INSERT INTO pictures (
      name, uploaded, listed, expires, size, sha256, md5, metadata, object, blob, folded, trigrams, uploader)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (name) DO NOTHING
    """)

  let content: EngineContent
  let spool: Spool
  /// A picture is whole, and edited, before it is sent.
  var sender: PieceSender? { nil }
  private let catalog: EnginePictureCatalog

  init(_ catalog: EnginePictureCatalog) {
    self.catalog = catalog
    spool = catalog.spool
    content = EngineContent(catalog.spool, catalog.blobs)
  }

  nonisolated(nonsending) func publish(
    _ metadata: PictureMetadata, object: ObjectMetadata?
  ) async throws(StorageError) {
    guard metadata.content.size == content.size else {
      throw .io(.invalidArgument, context: "metadata of another content")
    }
    var metadata = metadata
    metadata.content.md5 = try await md5(of: metadata)
    let publisher = BlobPublisher(names: catalog.names, blobs: catalog.blobs, spool: spool)
    // A put may choose a name that another one chooses at the same time: the blob's name is fresh all the same.
    let published = try await publisher.put(
      content.takeAll(), md5: metadata.content.md5, metadata: metadata.metadata, as: .fresh(.images))
    do throws(StorageError) {
      try await catalog.names.transaction { [metadata] transaction in
        let found = try await transaction.run([
          NameLocks.picture(metadata.content.sha256), Self.isBlocked(.bytes(metadata.content.sha256)),
          BlobUses.lock(published.own),
        ])
        guard found[1].count == 0 else { throw StorageError.refused(.blocked) }
        var uses = try BlobUses(locked: found[2])
        uses.add(published.slices)
        try await uses.lock(in: transaction)
        let rows = try await transaction.run([Self.row(metadata, object, published.slices)])
        guard rows[0].affected == 1 else { throw StorageError.objectExists }
        return .commit(uses.queries, ())
      }
    } catch {
      throw await publisher.giveUp(published, after: error)
    }
  }

  private static func row(
    _ metadata: PictureMetadata, _ object: ObjectMetadata?, _ content: [BlobSlice]
  ) -> SQLQuery {
    let name = SearchText(metadata.originalName)
    return insert(
      .bytes(Array(metadata.name.text.utf8)), .integer(metadata.uploadedAt.totalNanoseconds),
      .boolean(metadata.visibility == .public), .integer(metadata.expiresAt?.totalNanoseconds),
      .integer(Int64(clamping: metadata.content.size)), .bytes(metadata.content.sha256),
      .bytes(metadata.content.md5), .text(metadata.record), .text(object?.record), .text(content.first?.id.name),
      .text(name.folded), .texts(name.trigrams), .text(metadata.searchableUploader))
  }

  /// The object store shows it, and every list of it.
  private nonisolated(nonsending) func md5(of metadata: PictureMetadata) async throws(StorageError) -> [UInt8] {
    if let known = metadata.content.md5 { return known }
    return try await update { (content) throws(StorageError) in
      var digest = MD5()
      try content.forEachPiece(from: 0) { (piece) throws(StorageError) in digest.update(piece.span) }
      return digest.finalize()
    }
  }
}
