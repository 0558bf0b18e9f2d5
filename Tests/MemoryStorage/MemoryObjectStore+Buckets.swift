import Storage

extension MemoryObjectStore: BucketCatalog {
  public nonisolated(nonsending) func bucketNames() async throws(StorageError) -> [String] {
    try await faults.begin(.bucketNames)
    return state.withLock { $0.buckets.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
  }

  public nonisolated(nonsending) func configuration(
    of bucket: String
  ) async throws(StorageError) -> BucketConfiguration {
    try await faults.begin(.configuration)
    return try state.withLock { (state) throws(StorageError) in try state.bucket(bucket).configuration }
  }

  public nonisolated(nonsending) func createBucket(
    _ name: String, _ configuration: BucketConfiguration
  ) async throws(StorageError) {
    try await faults.begin(.createBucket)
    try state.withLock { (state) throws(StorageError) in
      if let bucket = state.buckets[name] { throw .bucketExists(owner: bucket.configuration.owner) }
      state.buckets[name] = StoredBucket(configuration: configuration)
    }
  }

  public nonisolated(nonsending) func deleteBucket(_ name: String) async throws(StorageError) {
    try await faults.begin(.deleteBucket)
    try state.withLock { (state) throws(StorageError) in
      guard try state.bucket(name).objects.isEmpty else { throw .bucketNotEmpty }
      state.buckets[name] = nil
    }
  }

  public nonisolated(nonsending) func configure(_ bucket: String, _ change: BucketChange) async throws(StorageError) {
    try await faults.begin(.configure)
    try state.withLock { (state) throws(StorageError) in
      let configuration = try state.bucket(bucket).configuration
      state.buckets[bucket]?.configuration = change.applied(to: configuration)
    }
  }

  public nonisolated(nonsending) func totals(of bucket: String) async throws(StorageError) -> BucketTotals {
    try await faults.begin(.totals)
    return try state.withLock { (state) throws(StorageError) in
      let objects = try state.bucket(bucket).objects.values
      return BucketTotals(objects: objects.count, bytes: objects.reduce(0) { $0 + $1.metadata.size })
    }
  }
}
