internal import Storage

/// All buckets that there are: those of the plain store, and those that are built in. Each call goes to the storage of its
/// bucket.
struct BucketRouter: Sendable {
  private let plain: any ObjectStorageBackend
  private let builtIn: [String: BuiltInBucket]

  init(_ plain: any ObjectStorageBackend, _ builtIn: [BuiltInBucket]) {
    self.plain = plain
    self.builtIn = Dictionary(builtIn.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Whether a bucket is the folder of another service.
  func isBuiltIn(_ bucket: String) -> Bool { builtIn[bucket] != nil }

  private func objects(of bucket: String) -> any ObjectStore { builtIn[bucket]?.objects ?? plain }

  /// - Throws: `notAllowed` for a bucket that is built in, which has no settings and no uploads in parts.
  private func plain(_ bucket: String) throws(StorageError) -> any ObjectStorageBackend {
    guard builtIn[bucket] == nil else {
      throw .belongsToAnotherService(bucket)
    }
    return plain
  }
}

extension BucketRouter: ObjectStore {
  nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead {
    try await objects(of: bucket).head(key, in: bucket, version: version)
  }

  nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    try await objects(of: bucket).open(key, in: bucket, version: version)
  }

  nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter {
    try await objects(of: bucket).writer(of: key, in: bucket)
  }

  nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool {
    try await objects(of: bucket).remove(key, in: bucket, version: version, if: precondition)
  }

  nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError) {
    try await plain(bucket).change(key, in: bucket, version: version, change)
  }

  nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    try await objects(of: bucket).list(bucket, query)
  }

  nonisolated(nonsending) func scan<State: Sendable>(
    _ bucket: String, from start: ListingStart, grouping: KeyGrouping?, includesUnlisted: Bool, into state: State,
    _ step: @escaping @Sendable (inout State, ListedObject) -> ListingStep
  ) async throws(StorageError) -> State {
    try await objects(of: bucket).scan(
      bucket, from: start, grouping: grouping, includesUnlisted: includesUnlisted, into: state, step)
  }
}

extension BucketRouter: MultipartStore {
  nonisolated(nonsending) func beginUpload(
    of key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, checksumAlgorithm: String?
  ) async throws(StorageError) -> MultipartUpload {
    try await plain(bucket).beginUpload(of: key, in: bucket, metadata, checksumAlgorithm: checksumAlgorithm)
  }

  nonisolated(nonsending) func upload(
    _ identifier: String, of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> MultipartUpload {
    guard !isBuiltIn(bucket) else { throw .noSuchUpload(identifier) }
    return try await plain.upload(identifier, of: key, in: bucket)
  }

  nonisolated(nonsending) func uploads(in bucket: String) async throws(StorageError) -> [MultipartUpload] {
    isBuiltIn(bucket) ? [] : try await plain.uploads(in: bucket)
  }

  nonisolated(nonsending) func partWriter(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> any PartWriter {
    try await plain(bucket).partWriter(of: upload, in: bucket)
  }

  nonisolated(nonsending) func parts(
    of upload: MultipartUpload, in bucket: String
  ) async throws(StorageError) -> [UploadedPart] {
    try await plain(bucket).parts(of: upload, in: bucket)
  }

  nonisolated(nonsending) func complete(
    _ upload: MultipartUpload, _ parts: [UploadedPart], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition
  ) async throws(StorageError) {
    try await plain(bucket).complete(upload, parts, in: bucket, metadata, if: precondition)
  }

  nonisolated(nonsending) func abort(_ upload: MultipartUpload, in bucket: String) async throws(StorageError) {
    try await plain(bucket).abort(upload, in: bucket)
  }
}

extension BucketRouter: BucketCatalog {
  nonisolated(nonsending) func bucketNames() async throws(StorageError) -> [String] {
    (try await plain.bucketNames().filter { !isBuiltIn($0) } + builtIn.keys).sorted()
  }

  nonisolated(nonsending) func configurations() async throws(StorageError) -> [String: BucketConfiguration] {
    try await plain.configurations().merging(builtIn.mapValues(\.configuration)) { _, builtIn in builtIn }
  }

  nonisolated(nonsending) func configuration(of bucket: String) async throws(StorageError) -> BucketConfiguration {
    if let builtIn = builtIn[bucket] { return builtIn.configuration }
    return try await plain.configuration(of: bucket)
  }

  nonisolated(nonsending) func createBucket(
    _ name: String, _ configuration: BucketConfiguration
  ) async throws(StorageError) {
    if let builtIn = builtIn[name] { throw .bucketExists(owner: builtIn.configuration.owner) }
    try await plain.createBucket(name, configuration)
  }

  nonisolated(nonsending) func deleteBucket(_ name: String) async throws(StorageError) {
    try await plain(name).deleteBucket(name)
  }

  nonisolated(nonsending) func configure(_ bucket: String, _ change: BucketChange) async throws(StorageError) {
    try await plain(bucket).configure(bucket, change)
  }

  nonisolated(nonsending) func totals(of bucket: String) async throws(StorageError) -> BucketTotals {
    try await plain(bucket).totals(of: bucket)
  }
}
