/// The photo folders as the bucket `photos`, which is only read: others fill them, whose programs know nothing of keys and
/// locks. A first folder's name is that of its archive.
public protocol PhotoBucket: ObjectStore, FolderCatalog {}

extension PhotoBucket {
  /// The name of the bucket.
  public static var bucketName: String { "photos" }

  /// What is known of a file.
  /// - Throws: as `open`.
  public nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead {
    try await open(key, in: bucket, version: version).head
  }

  /// Refuses: the bucket is only read.
  public nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter {
    throw onlyRead
  }

  /// Refuses: the bucket is only read.
  public nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool {
    throw onlyRead
  }

  /// Refuses: the files carry nothing but their bytes.
  public nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError) {
    throw .belongsToAnotherService(bucket)
  }

  private var onlyRead: StorageError {
    .notAllowed("The bucket photos can only be read: its folders are filled by FTP or by the site's own programs.")
  }
}

extension StorageError {
  /// A change of a special bucket through the S3 service.
  public static func belongsToAnotherService(_ bucket: String) -> StorageError {
    .notAllowed("The bucket \(bucket) belongs to another service: its settings and contents are changed there.")
  }
}
