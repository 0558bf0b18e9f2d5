internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
internal import Storage

/// The most bytes that are digested and appended on the loop at once: some tenths of a millisecond.
private let mostAtOnce = 196_608

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

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    appending count: Int?, _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    guard let count, count <= mostAtOnce, content.reserveMemory(count) else { return try await update(step) }
    // Two changes of threads would take as long. What is in memory leaves when it is whole: the sender has nothing to do.
    return try step(content)
  }

  func expect(_ length: UInt64) { content.expect(length) }

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
    if store.blobs.findsMD5 { content.findMD5() }
  }

  nonisolated(nonsending) func commit(
    _ metadata: ObjectMetadata, if precondition: Precondition
  ) async throws(StorageError) -> ObjectMetadata {
    let (pieces, leading) = try await finish(metadata.etag)
    if leading == nil, let small = SmallObject(key, in: bucket, metadata, if: precondition, pieces) {
      try await store.put(small)
      return metadata
    }
    let publisher = store.publisher
    let published = try await publisher.put(
      pieces, md5: metadata.md5, crc32: leading == nil ? metadata.crc32 : nil,
      metadata: BlobMetadata.object(key, in: bucket, metadata, after: leading))
    var metadata = metadata
    if metadata.etag.isEmpty {
      guard let md5 = published.md5 else {
        await publisher.giveUp(published.own)
        throw .io(.invalidArgument, context: "an object of several blobs without an entity tag")
      }
      metadata.etag = Hexadecimal.encode(md5)
    }
    let object = NewObject(bucket: bucket, key: key, metadata, if: precondition, published.slices)
    for outcome in try await publisher.name([object], published) { try outcome.get() }
    return metadata
  }
}

extension EngineObjectStore {
  var publisher: BlobPublisher { BlobPublisher(names: names, blobs: blobs, spool: spool, notes: notes) }
}
