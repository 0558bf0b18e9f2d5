import Storage

/// An object on its way in.
final class MemoryObjectWriter: ObjectWriter {
  private let store: MemoryObjectStore
  private let key: [UInt8]
  private let bucket: String
  private let content: MemoryContent

  init(_ store: MemoryObjectStore, _ key: [UInt8], _ bucket: String) {
    self.store = store
    self.key = key
    self.bucket = bucket
    content = MemoryContent(in: store.space, store.faults)
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try step(content)
  }

  nonisolated(nonsending) func commit(
    _ metadata: ObjectMetadata, if precondition: Precondition
  ) async throws(StorageError) -> ObjectMetadata {
    let stored = content.takeAll()
    try await store.faults.begin(.commit)
    try store.state.withLock { (state) throws(StorageError) in
      try state.put(stored, as: key, in: bucket, metadata, if: precondition)
    }
    return metadata
  }

  nonisolated(nonsending) func discard() async { content.removeAll() }
}

/// A part on its way in.
final class MemoryPartWriter: PartWriter {
  private let store: MemoryObjectStore
  private let upload: String
  private let bucket: String
  private let content: MemoryContent

  init(_ store: MemoryObjectStore, _ upload: String, _ bucket: String) {
    self.store = store
    self.upload = upload
    self.bucket = bucket
    content = MemoryContent(in: store.space, store.faults)
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try step(content)
  }

  nonisolated(nonsending) func commit(_ part: UploadedPart) async throws(StorageError) {
    let stored = content.takeAll()
    try await store.faults.begin(.commitPart)
    try store.state.withLock { (state) throws(StorageError) in
      _ = try state.upload(upload, in: bucket)
      var part = part
      part.size = UInt64(stored.bytes.count)
      state.buckets[bucket]?.uploads[upload]?.parts[part.number] = .init(part: part, content: stored)
    }
  }

  nonisolated(nonsending) func discard() async { content.removeAll() }
}
