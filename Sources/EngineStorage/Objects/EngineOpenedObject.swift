internal import Posix
internal import PostgreSQL
internal import Storage
internal import Synchronization

/// An object, open to be read: its blobs never change, and stay for an hour after it is replaced or moved.
final class EngineOpenedObject: OpenedObject {
  let head: ObjectHead
  private let content: [BlobSlice]
  private let names: NameDatabase
  private let blobs: any BlobStore
  /// A reader that has asked for its first bytes.
  private let prepared = Mutex<(range: Range<UInt64>, reader: EngineReader)?>(nil)

  init(_ head: ObjectHead, _ content: [BlobSlice], _ names: NameDatabase, _ blobs: any BlobStore) {
    self.head = head
    self.content = content.annotated(with: head.metadata)
    self.names = names
    self.blobs = blobs
  }

  var neverChanges: Bool { true }

  func reader(_ range: Range<UInt64>) -> any ObjectReader {
    takePrepared(range) ?? EngineReader(content.slices(in: range), names, blobs, isPiped: false)
  }

  func pipedReader(_ range: Range<UInt64>) -> any ObjectReader {
    takePrepared(range) ?? EngineReader(content.slices(in: range), names, blobs, isPiped: true)
  }

  private func takePrepared(_ range: Range<UInt64>) -> EngineReader? {
    guard let prepared = prepared.withLock({ $0.take() }), prepared.range == range else { return nil }
    return prepared.reader
  }

  nonisolated(nonsending) func prepare(_ range: Range<UInt64>) async {
    let known = prepared.withLock { $0 }
    if let known, known.range == range { return await known.reader.prepare() }
    let reader = EngineReader(content.slices(in: range), names, blobs, isPiped: true)
    await reader.prepare()
    prepared.withLock { $0 = (range, reader) }
  }

  nonisolated(nonsending) func copy(
    _ range: Range<UInt64>, to writer: any ContentWriter
  ) async throws(StorageError) {
    // Where the writer is of the same engine, the copy is one of names. Whoever commits finds out if a blob is gone. What
    // others may replace, such as a photo, is no blob that could be named. Only the objects of its directory belong to a pack.
    let slices = content.slices(in: range)
    if let writer = writer as? any EngineWriting, slices.allSatisfy({ $0.entityTag == nil }), !content.isPacked {
      writer.content.append(slices)
      return
    }
    let reader = reader(range)
    while let chunk = try await reader.next(secured: true) {
      try await writer.update { (content) throws(StorageError) in try content.append(chunk) }
    }
  }
}
