import Storage
import Synchronization

/// Objects, multipart uploads and buckets in memory, for tests: what a storage promises, and nothing of how a disk does it.
public final class MemoryObjectStore: Sendable {
  struct StoredObject: Sendable {
    var metadata: ObjectMetadata
    var content: StoredBytes
    var version: UInt64

    var head: ObjectHead { ObjectHead(metadata, .memory(version)) }
  }

  struct StoredPart: Sendable {
    var part: UploadedPart
    var content: StoredBytes
  }

  struct StoredUpload: Sendable {
    var upload: MultipartUpload
    var parts: [Int: StoredPart] = [:]
  }

  struct StoredBucket: Sendable {
    var configuration: BucketConfiguration
    var objects: [[UInt8]: StoredObject] = [:]
    var uploads: [String: StoredUpload] = [:]
  }

  /// What is stored. Every change is one look and one step under the lock.
  struct State: Sendable {
    var buckets: [String: StoredBucket] = [:]
    private var lastVersion: UInt64 = 0

    mutating func nextVersion() -> UInt64 {
      lastVersion += 1
      return lastVersion
    }

    func bucket(_ name: String) throws(StorageError) -> StoredBucket {
      guard let bucket = buckets[name] else { throw .noSuchBucket }
      return bucket
    }

    func object(_ key: [UInt8], in bucket: String, version: String?) throws(StorageError) -> StoredObject {
      let bucket = try self.bucket(bucket)
      try Self.check(version)
      guard let object = bucket.objects[key] else { throw .noSuchKey }
      return object
    }

    /// The only version of an object is `null`.
    static func check(_ version: String?) throws(StorageError) {
      if let version, version != "null" { throw .noSuchVersion(version) }
    }

    mutating func put(
      _ content: StoredBytes, as key: [UInt8], in bucket: String, _ metadata: ObjectMetadata,
      if precondition: Precondition
    ) throws(StorageError) {
      try precondition.check(try self.bucket(bucket).objects[key]?.metadata)
      var metadata = metadata
      metadata.size = UInt64(content.bytes.count)
      let object = StoredObject(metadata: metadata, content: content, version: nextVersion())
      buckets[bucket]?.objects[key] = object
    }
  }

  let state = Mutex(State())
  /// What goes wrong.
  public let faults: FaultPlan
  /// What is held, contents under way included.
  public let space: MemorySpace
  let reading: ReadingBehaviour

  /// An empty storage.
  public init(
    space: MemorySpace = MemorySpace(), reading: ReadingBehaviour = ReadingBehaviour(), faults: FaultPlan = FaultPlan()
  ) {
    self.space = space
    self.reading = reading
    self.faults = faults
  }
}

extension MemoryObjectStore: ObjectStore {
  public nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead {
    try await faults.begin(.head)
    return try state.withLock { (state) throws(StorageError) in
      try state.object(key, in: bucket, version: version).head
    }
  }

  public nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    try await faults.begin(.open)
    let object = try state.withLock { (state) throws(StorageError) in
      try state.object(key, in: bucket, version: version)
    }
    return MemoryOpenedObject(
      object.head,
      MemoryReader.Source(content: object.content, behaviour: reading, faults: faults) { [self] in
        state.withLock { $0.buckets[bucket]?.objects[key]?.version == object.version }
      })
  }

  public nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter {
    try await faults.begin(.writer)
    _ = try state.withLock { (state) throws(StorageError) in try state.bucket(bucket) }
    return MemoryObjectWriter(self, key, bucket)
  }

  public nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool {
    try await faults.begin(.remove)
    return try state.withLock { (state) throws(StorageError) in
      let current = try state.bucket(bucket).objects[key]
      try State.check(version)
      try precondition.check(current?.metadata)
      return state.buckets[bucket]?.objects.removeValue(forKey: key) != nil
    }
  }

  public nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError) {
    try await faults.begin(.change)
    try state.withLock { (state) throws(StorageError) in
      var object = try state.object(key, in: bucket, version: version)
      object.metadata = change.applied(to: object.metadata)
      state.buckets[bucket]?.objects[key] = object
    }
  }

  public nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    try await faults.begin(.list)
    let objects = try state.withLock { (state) throws(StorageError) in try state.bucket(bucket).objects }
    let listed = objects.filter { query.start.includes($0.key) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return listed.prefix(max(0, query.limit)).map { ListedObject(key: $0.key, $0.value.metadata) }
  }
}

extension ListingStart {
  /// Whether a key is in a list that starts here.
  func includes(_ key: [UInt8]) -> Bool {
    switch self {
    case .beginning: true
    case .at(let start): !key.lexicographicallyPrecedes(start)
    case .after(let start): start.lexicographicallyPrecedes(key)
    }
  }
}
