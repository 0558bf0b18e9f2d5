/// Objects that are put in parts.
public protocol MultipartStore: Sendable {
  /// Begins an upload.
  /// - Throws: `noSuchBucket`, `keyTooDeep`, `notAllowed`.
  nonisolated(nonsending) func beginUpload(
    of key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, checksumAlgorithm: String?
  ) async throws(StorageError) -> MultipartUpload

  /// An upload that has begun and is neither complete nor aborted.
  /// - Throws: `noSuchUpload`.
  nonisolated(nonsending) func upload(
    _ identifier: String, of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> MultipartUpload

  /// The uploads of a bucket, by key and then by id.
  /// - Throws: `noSuchBucket`.
  nonisolated(nonsending) func uploads(in bucket: String) async throws(StorageError) -> [MultipartUpload]

  /// Begins a part. That the upload is not there, a storage may say only when the part is committed.
  /// - Throws: `noSuchUpload`, `full`.
  nonisolated(nonsending) func partWriter(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> any PartWriter

  /// The parts of an upload, by number.
  /// - Throws: `noSuchUpload`.
  nonisolated(nonsending) func parts(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> [UploadedPart]

  /// Puts the object together from parts, in the order given, and ends the upload. After any error both are as they were.
  /// - Throws: `invalidPart` where one is not there any more, or has been put again since it was listed; `noSuchUpload`;
  ///   as the commit of a writer.
  nonisolated(nonsending) func complete(
    _ upload: MultipartUpload, _ parts: [UploadedPart], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition
  ) async throws(StorageError)

  /// Gives an upload up.
  /// - Throws: `noSuchUpload`.
  nonisolated(nonsending) func abort(_ upload: MultipartUpload, in bucket: String) async throws(StorageError)
}

/// The content of a part on its way in.
public protocol PartWriter: ContentWriter {
  /// Makes it a part of its upload, replacing an earlier one of the same number; when this returns, it survives a power
  /// cut.
  /// - Throws: `noSuchUpload`.
  nonisolated(nonsending) func commit(_ part: UploadedPart) async throws(StorageError)
}
