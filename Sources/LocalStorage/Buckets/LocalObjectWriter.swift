internal import DurableFiles
internal import Storage

/// An object on its way into a bucket of plain files.
final class LocalObjectWriter: ObjectWriter {
  private let key: [UInt8]
  private let bucket: String
  private let store: LocalObjectStore
  private let staged: StagedWriter

  init(_ key: [UInt8], in bucket: String, of store: LocalObjectStore) {
    self.key = key
    self.bucket = bucket
    self.store = store
    staged = StagedWriter(store.pool) { [files = store.files] () throws(StorageError) in try files.stage(in: bucket) }
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await staged.update(step)
  }

  nonisolated(nonsending) func commit(
    _ metadata: ObjectMetadata, if precondition: Precondition
  ) async throws(StorageError) -> ObjectMetadata {
    try await staged.finish { [key, bucket, files = store.files] (file) throws(StorageError) in
      try files.put(file, as: key, in: bucket, metadata, if: precondition)
    }
    return metadata
  }

  nonisolated(nonsending) func commit<Failure: Error>(
    if precondition: Precondition, appending count: Int?,
    after step: @escaping @Sendable (any StagedContent) throws(Failure) -> ObjectMetadata
  ) async throws(CommitError<Failure>) -> ObjectMetadata {
    try await staged.finish(after: step) { [key, bucket, files = store.files] (file, metadata) throws(StorageError) in
      try files.put(file, as: key, in: bucket, metadata, if: precondition)
    }
  }

  nonisolated(nonsending) func discard() async {
    await staged.discard()
  }
}

/// A part on its way into an upload.
final class LocalPartWriter: PartWriter {
  private let upload: String
  private let bucket: String
  private let store: LocalObjectStore
  private let staged: StagedWriter

  init(of upload: MultipartUpload, in bucket: String, of store: LocalObjectStore) {
    self.upload = upload.identifier
    self.bucket = bucket
    self.store = store
    staged = StagedWriter(store.pool) { [files = store.files] () throws(StorageError) in try files.stage(in: bucket) }
  }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await staged.update(step)
  }

  nonisolated(nonsending) func commit(_ part: UploadedPart) async throws(StorageError) {
    try await staged.finish { [upload, bucket, files = store.files] (file) throws(StorageError) in
      try files.putPart(file, part, of: upload, in: bucket)
    }
  }

  nonisolated(nonsending) func discard() async {
    await staged.discard()
  }
}
