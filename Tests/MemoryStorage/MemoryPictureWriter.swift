import HTTPSemantics
import Storage

/// A picture on its way in.
final class MemoryPictureWriter: PictureWriter {
  private let catalog: MemoryPictureCatalog
  private let content: MemoryContent

  init(_ catalog: MemoryPictureCatalog) {
    self.catalog = catalog
    content = MemoryContent(in: catalog.space, catalog.faults)
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try step(content)
  }

  nonisolated(nonsending) func publish(
    _ metadata: PictureMetadata, object: ObjectMetadata?
  ) async throws(StorageError) {
    let stored = content.takeAll()
    try await catalog.faults.begin(.publish)
    guard metadata.content.size == UInt64(stored.bytes.count) else {
      throw .io(.invalidArgument, context: "metadata of another content")
    }
    if let object, object.bytesToCarry > catalog.roomForObject {
      throw .refused(.metadata)
    }
    try catalog.state.withLock { (state) throws(StorageError) in
      guard state.blocked[metadata.content.sha256] == nil else { throw .refused(.blocked) }
      guard state.pictures[metadata.name] == nil else { throw .objectExists }
      state.pictures[metadata.name] = .init(
        metadata: metadata, object: object, content: stored, version: state.nextVersion())
    }
  }

  nonisolated(nonsending) func discard() async { content.removeAll() }
}

extension ObjectMetadata {
  fileprivate var bytesToCarry: Int {
    (headers + userMetadata + checksums + tags).reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
  }
}
