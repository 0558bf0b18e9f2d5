internal import EventLoop
internal import S3Documents
internal import Storage

extension S3Calls<any ObjectStore> {
  /// What is known of the object that a request names.
  func metadata(_ exchange: S3Exchange) async throws(S3Error) -> ObjectMetadata {
    let (key, bucket, version) = (exchange.key, exchange.bucket, try exchange.version())
    return try await self { (store) throws(StorageError) in
      try await store.head(key, in: bucket, version: version).metadata
    }
  }

  /// What is known of an object; nil where there is none.
  func metadata(ifAny key: [UInt8], in bucket: String) async throws(S3Error) -> ObjectMetadata? {
    try await self { (store) throws(StorageError) in
      do throws(StorageError) { return try await store.head(key, in: bucket, version: nil).metadata } catch .noSuchKey {
        return nil
      }
    }
  }

  /// Changes what is known of the object that a request names.
  func change(_ exchange: S3Exchange, _ change: MetadataChange) async throws(S3Error) {
    let (key, bucket, version) = (exchange.key, exchange.bucket, try exchange.version())
    try await self { (store) throws(StorageError) in
      try await store.change(key, in: bucket, version: version, change)
    }
  }
}
