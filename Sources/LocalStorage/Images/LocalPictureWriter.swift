internal import EventLoop
internal import Storage
internal import Synchronization

/// A picture on its way into the folder of pictures.
final class LocalPictureWriter: PictureWriter {
  private let store: ImageStore
  private let pool: BlockingPool
  private let content: Mutex<StagedFileContent>

  init(_ store: ImageStore, _ pool: BlockingPool) {
    self.store = store
    self.pool = pool
    content = Mutex(
      StagedFileContent { () throws(StorageError) in
        do throws(StoreError) { return try store.stage() } catch { throw StorageError(error) }
      })
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await pool.run { [self] () throws(Failure) in
      try content.withLock { (content) throws(Failure) in try step(content) }
    }
  }

  nonisolated(nonsending) func publish(
    _ metadata: PictureMetadata, object: ObjectMetadata?
  ) async throws(StorageError) {
    try await pool.run { [self] () throws(StorageError) in
      try content.withLock { (content) throws(StorageError) in
        try publish(try content.take(), metadata, object)
      }
    }
  }

  private func publish(
    _ file: consuming StagedFile, _ metadata: PictureMetadata, _ object: ObjectMetadata?
  ) throws(StorageError) {
    do throws(StoreError) {
      let hasRoom = if let object { try file.record(object) } else { true }
      if hasRoom { return try store.publish(file, metadata) }
    } catch {
      throw StorageError(error)
    }
    throw .refused(.metadata)
  }

  nonisolated(nonsending) func discard() async {
    // A file that vanishes gives its space back, which may take the disk a while.
    await pool.run { [self] in content.withLock { $0.removeAll() } }
  }
}
