public import Storage

extension LocalObjectStore: MultipartStore {
  /// Begins an upload.
  public nonisolated(nonsending) func beginUpload(
    of key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, checksumAlgorithm: String?
  ) async throws(StorageError) -> MultipartUpload {
    try await onDisk { (files) throws(StorageError) in
      try files.beginUpload(of: key, in: bucket, metadata, checksumAlgorithm: checksumAlgorithm)
    }
  }

  /// An upload that has begun and is neither complete nor aborted.
  public nonisolated(nonsending) func upload(
    _ identifier: String, of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> MultipartUpload {
    try await onDisk { (files) throws(StorageError) in try files.upload(identifier, of: key, in: bucket) }
  }

  /// The uploads of a bucket, by key and then by id.
  public nonisolated(nonsending) func uploads(in bucket: String) async throws(StorageError) -> [MultipartUpload] {
    try await onDisk { (files) throws(StorageError) in try files.uploads(in: bucket) }
  }

  /// Begins a part. Its file is made with the first bytes.
  public nonisolated(nonsending) func partWriter(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> any PartWriter {
    LocalPartWriter(of: upload, in: bucket, of: self)
  }

  /// The parts of an upload, by number.
  public nonisolated(nonsending) func parts(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> [UploadedPart] {
    try await onDisk { (files) throws(StorageError) in try files.parts(of: upload.identifier, in: bucket) }
  }

  /// Puts the object together from parts, without copying bytes where the file system can share them.
  public nonisolated(nonsending) func complete(
    _ upload: MultipartUpload, _ parts: [UploadedPart], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition
  ) async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in
      try files.complete(upload.identifier, parts, as: upload.key, in: bucket, metadata, if: precondition)
    }
  }

  /// Gives an upload up.
  public nonisolated(nonsending) func abort(
    _ upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in
      try files.abort(upload.identifier, of: upload.key, in: bucket)
    }
  }
}
