public import Storage

extension LocalObjectStore: BucketCatalog {
  /// The names of all buckets, in the order of their bytes.
  public nonisolated(nonsending) func bucketNames() async throws(StorageError) -> [String] {
    try await onDisk { (files) throws(StorageError) in try files.names() }
  }

  /// What is set for each bucket, by its name.
  public nonisolated(nonsending) func configurations() async throws(StorageError) -> [String: BucketConfiguration] {
    try await onDisk { (files) throws(StorageError) in
      var found: [String: BucketConfiguration] = [:]
      for name in try files.names() {
        do throws(StorageError) { found[name] = try files.configuration(name) } catch {
          guard !error.isOfStorage || error.isAboutOneFile else { throw error }
        }
      }
      return found
    }
  }

  /// What is set for a bucket.
  public nonisolated(nonsending) func configuration(
    of bucket: String
  ) async throws(StorageError) -> BucketConfiguration {
    if let known = files.knownConfiguration(bucket) { return known }
    return try await onDisk { (files) throws(StorageError) in try files.configuration(bucket) }
  }

  /// Makes a bucket.
  public nonisolated(nonsending) func createBucket(
    _ name: String, _ configuration: BucketConfiguration
  ) async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in try files.create(name, configuration) }
  }

  /// Removes an empty bucket.
  public nonisolated(nonsending) func deleteBucket(_ name: String) async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in try files.delete(name) }
  }

  /// Changes what is set for a bucket.
  public nonisolated(nonsending) func configure(
    _ bucket: String, _ change: BucketChange
  ) async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in try files.configure(bucket, change) }
  }

  /// How much a bucket holds.
  public nonisolated(nonsending) func totals(of bucket: String) async throws(StorageError) -> BucketTotals {
    try await onDisk { (files) throws(StorageError) in try files.totals(bucket) }
  }
}
