public import EventLoop
public import Storage

/// Buckets of plain files. A bucket is a folder, an object a file in it, and its metadata stands in the file's attributes.
public final class LocalObjectStore: Sendable {
  let files: BucketStore
  let pool: BlockingPool
  private let threads: DiskThreads

  /// - Parameters:
  ///   - files: the buckets.
  ///   - pool: threads that may wait for their disk.
  ///   - threads: those that read objects that are sent.
  public init(_ files: BucketStore, pool: BlockingPool, threads: DiskThreads) {
    self.files = files
    self.pool = pool
    self.threads = threads
  }

  /// Runs something on a thread that may wait for the disk.
  nonisolated(nonsending) func onDisk<Value: Sendable>(
    _ work: @escaping @Sendable (BucketStore) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    let files = self.files
    return try await pool.run { () throws(StorageError) in try work(files) }
  }
}

extension LocalObjectStore: ObjectStore {
  /// What is known of an object, and of which version its content is.
  public nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead {
    try SingleVersion.check(version)
    if let known = files.openIfKnown(key, in: bucket) { return known.head }
    return try await onDisk { (files) throws(StorageError) in try files.open(key, in: bucket).head }
  }

  /// Opens an object.
  public nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    try SingleVersion.check(version)
    // A change of threads takes longer than all else that a small object needs.
    if let known = files.openIfKnown(key, in: bucket) { return known.opened(threads) }
    let object = try await onDisk { (files) throws(StorageError) in try files.open(key, in: bucket) }
    return object.opened(threads)
  }

  /// Begins an object. Its file is made with the first bytes.
  public nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter {
    try BucketStore.checkDepth(of: key)
    return LocalObjectWriter(key, in: bucket, of: self)
  }

  /// Removes an object.
  public nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool {
    try SingleVersion.check(version)
    return try await onDisk { (files) throws(StorageError) in try files.remove(key, in: bucket, if: precondition) }
  }

  /// Changes what is known of an object.
  public nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError) {
    try SingleVersion.check(version)
    try await onDisk { (files) throws(StorageError) in try files.change(key, in: bucket, change) }
  }

  /// Objects of a bucket in the order of their keys' bytes.
  public nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    try await onDisk { (files) throws(StorageError) in try files.list(bucket, from: query.start, limit: query.limit) }
  }

  /// Reads the list with all jumps in one go.
  public nonisolated(nonsending) func scan<State: Sendable>(
    _ bucket: String, from start: ListingStart, grouping: KeyGrouping?, includesUnlisted: Bool, into state: State,
    _ step: @escaping @Sendable (inout State, ListedObject) -> ListingStep
  ) async throws(StorageError) -> State {
    try await onDisk { (files) throws(StorageError) in
      var state = state
      var cursor = ListingCursor(from: start)
      while !cursor.isAtEnd {
        cursor.take(try files.list(bucket, from: cursor.position, limit: cursor.count)) { step(&state, $0) }
      }
      return state
    }
  }
}
