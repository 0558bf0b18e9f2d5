internal import DurableFiles
internal import EventLoop
internal import Storage

/// A picture on its way into the folder of pictures.
final class LocalPictureWriter: PictureWriter {
  private let store: ImageStore
  private let staged: StagedWriter

  init(_ store: ImageStore, _ pool: BlockingPool) {
    self.store = store
    staged = StagedWriter(pool) { () throws(StorageError) in
      return try store.stage()
    }
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await staged.update(step)
  }

  nonisolated(nonsending) func publish(
    _ metadata: PictureMetadata, object: ObjectMetadata?
  ) async throws(StorageError) {
    try await staged.finish { [store] (file) throws(StorageError) in
      try Self.publish(file, metadata, object, in: store)
    }
  }

  nonisolated(nonsending) func publish(
    after step: @escaping @Sendable (any StagedContent) throws(StorageError) -> PictureMetadata
  ) async throws(StorageError) -> PictureMetadata {
    do throws(CommitError<StorageError>) {
      return try await staged.finish(after: step) { [store] (file, metadata) throws(StorageError) in
        try Self.publish(file, metadata, nil, in: store)
      }
    } catch {
      switch error {
      case .step(let error), .storage(let error): throw error
      }
    }
  }

  private static func publish(
    _ file: consuming StagedFile, _ metadata: PictureMetadata, _ object: ObjectMetadata?, in store: ImageStore
  ) throws(StorageError) {
    let hasRoom = if let object { try file.record(object) } else { true }
    guard hasRoom else { throw .refused(.metadata) }
    try store.publish(file, metadata)
  }

  nonisolated(nonsending) func discard() async {
    await staged.discard()
  }
}
