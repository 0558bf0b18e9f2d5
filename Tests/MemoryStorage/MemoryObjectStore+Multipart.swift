import Digests
import HTTPSemantics
import Storage

extension MemoryObjectStore: MultipartStore {
  public nonisolated(nonsending) func beginUpload(
    of key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, checksumAlgorithm: String?
  ) async throws(StorageError) -> MultipartUpload {
    try await faults.begin(.beginUpload)
    let upload = MultipartUpload(
      identifier: Hexadecimal.encode(SecureRandom.bytes(16)), key: key, metadata: metadata,
      checksumAlgorithm: checksumAlgorithm)
    try state.withLock { (state) throws(StorageError) in
      _ = try state.bucket(bucket)
      state.buckets[bucket]?.uploads[upload.identifier] = StoredUpload(upload: upload)
    }
    return upload
  }

  public nonisolated(nonsending) func upload(
    _ identifier: String, of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> MultipartUpload {
    try await faults.begin(.upload)
    return try state.withLock { (state) throws(StorageError) in
      let upload = try state.upload(identifier, in: bucket).upload
      guard upload.key == key else { throw .noSuchUpload(identifier) }
      return upload
    }
  }

  public nonisolated(nonsending) func uploads(in bucket: String) async throws(StorageError) -> [MultipartUpload] {
    try await faults.begin(.uploads)
    let uploads = try state.withLock { (state) throws(StorageError) in
      try state.bucket(bucket).uploads.values.map(\.upload)
    }
    return uploads.sorted {
      $0.key == $1.key ? $0.identifier < $1.identifier : $0.key.lexicographicallyPrecedes($1.key)
    }
  }

  public nonisolated(nonsending) func partWriter(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> any PartWriter {
    try await faults.begin(.partWriter)
    _ = try state.withLock { (state) throws(StorageError) in try state.upload(upload.identifier, in: bucket) }
    return MemoryPartWriter(self, upload.identifier, bucket)
  }

  public nonisolated(nonsending) func parts(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> [UploadedPart] {
    try await faults.begin(.parts)
    return try state.withLock { (state) throws(StorageError) in
      try state.upload(upload.identifier, in: bucket).parts.values.map(\.part).sorted { $0.number < $1.number }
    }
  }

  public nonisolated(nonsending) func complete(
    _ upload: MultipartUpload, _ parts: [UploadedPart], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition
  ) async throws(StorageError) {
    try await faults.begin(.complete)
    try state.withLock { [space] (state) throws(StorageError) in
      let stored = try state.upload(upload.identifier, in: bucket)
      var bytes: [UInt8] = []
      for part in parts {
        guard let found = stored.parts[part.number], found.part.isSameContent(as: part) else {
          throw .invalidPart(part.number)
        }
        bytes += found.content.bytes
      }
      try space.take(UInt64(bytes.count))
      let content = StoredBytes(bytes, in: space)
      try state.put(content, as: upload.key, in: bucket, metadata, if: precondition)
      state.buckets[bucket]?.uploads[upload.identifier] = nil
    }
  }

  public nonisolated(nonsending) func abort(
    _ upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) {
    try await faults.begin(.abort)
    try state.withLock { (state) throws(StorageError) in
      _ = try state.upload(upload.identifier, in: bucket)
      state.buckets[bucket]?.uploads[upload.identifier] = nil
    }
  }
}

extension MemoryObjectStore.State {
  func upload(_ identifier: String, in bucket: String) throws(StorageError) -> MemoryObjectStore.StoredUpload {
    guard let upload = try self.bucket(bucket).uploads[identifier] else { throw .noSuchUpload(identifier) }
    return upload
  }
}

extension UploadedPart {
  /// When it was put does not matter.
  fileprivate func isSameContent(as other: UploadedPart) -> Bool {
    var other = other
    other.modified = modified
    return self == other
  }
}
