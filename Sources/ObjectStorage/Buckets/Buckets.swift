internal import LocalStorage
internal import Posix
internal import S3Documents
internal import Storage

/// All buckets that there are: those of plain files, and those that are other doors' folders.
///
/// Every call may wait for a disk; make it from a thread that may.
struct Buckets: Sendable {
  let plain: BucketStore
  let special: [String: any SpecialBucket]

  /// The store of a bucket of plain files.
  /// - Throws: `notAllowed` for another door's folder, which has no settings and no uploads in parts.
  private func plain(_ bucket: String) throws(BucketError) -> BucketStore {
    guard special[bucket] == nil else {
      throw .notAllowed("The bucket \(bucket) is another door's folder: this cannot be done with it.")
    }
    return plain
  }

  // MARK: Buckets

  func names() throws(BucketError) -> [String] {
    (try plain.names().filter { special[$0] == nil } + special.keys).sorted()
  }

  func configuration(_ name: String) throws(BucketError) -> BucketConfiguration {
    if let bucket = special[name] { return try bucket.configuration() }
    return try plain.configuration(name)
  }

  /// The buckets with such settings, by name. One that is damaged keeps no other from being listed; what the system lacks
  /// at the moment says nothing of any, and is thrown.
  func configurations(
    where isWanted: (BucketConfiguration) -> Bool
  ) throws(BucketError) -> [(name: BucketName, configuration: BucketConfiguration)] {
    var found: [(name: BucketName, configuration: BucketConfiguration)] = []
    for text in try names() {
      guard let name = try? BucketName(text) else { continue }
      do throws(BucketError) {
        let configuration = try configuration(text)
        if isWanted(configuration) { found.append((name, configuration)) }
      } catch {
        guard error.isAboutOneBucket else { throw error }
      }
    }
    return found
  }

  func create(_ name: String, _ configuration: BucketConfiguration) throws(BucketError) {
    if let bucket = special[name] { throw .bucketExists(owner: try bucket.configuration().owner) }
    try plain.create(name, configuration)
  }

  func delete(_ name: String) throws(BucketError) {
    try plain(name).delete(name)
  }

  func configure(_ name: String, _ change: (inout BucketConfiguration) -> Void) throws(BucketError) {
    try plain(name).configure(name, change)
  }

  /// How much a bucket of plain files holds; nil for the others, which are counted elsewhere.
  func totals(_ name: String) throws(BucketError) -> BucketTotals? {
    special[name] == nil ? try plain.totals(name) : nil
  }

  // MARK: Objects

  /// A way to list a bucket for one request.
  /// - Parameter seesAll: whether what is kept from the public is in it, too.
  func lister(_ bucket: String, seesAll: Bool) -> any ObjectLister {
    special[bucket]?.lister(seesAll: seesAll) ?? PlainLister(store: plain, bucket: bucket)
  }

  func facts(of key: [UInt8], in bucket: String) throws(BucketError) -> ObjectMetadata {
    if let bucket = special[bucket] { return try bucket.open(key).facts }
    return try plain.facts(of: key, in: bucket)
  }

  func open(_ key: [UInt8], in bucket: String) throws(BucketError) -> OpenObject {
    if let bucket = special[bucket] { return try bucket.open(key) }
    return try plain.open(key, in: bucket)
  }

  /// The most bytes of an object; nil where only the API sets a limit.
  func objectLimit(in bucket: String) -> UInt64? {
    special[bucket]?.objectLimit ?? nil
  }

  func stage(in bucket: String) throws(BucketError) -> StagedFile {
    if let bucket = special[bucket] { return try bucket.stage() }
    return try plain.stage(in: bucket)
  }

  func put(
    _ file: consuming StagedFile, as key: [UInt8], in bucket: String, _ facts: ObjectMetadata,
    condition: BucketStore.Condition? = nil
  ) throws(BucketError) {
    if let bucket = special[bucket] { return try bucket.put(file, as: key, facts, condition: condition ?? { _ in }) }
    try plain.put(file, as: key, in: bucket, facts, condition: condition)
  }

  @discardableResult
  func remove(
    _ key: [UInt8], in bucket: String, condition: BucketStore.Condition? = nil
  ) throws(BucketError) -> Bool {
    if let bucket = special[bucket] { return try bucket.remove(key, condition: condition ?? { _ in }) }
    return try plain.remove(key, in: bucket, condition: condition)
  }

  func change(
    _ key: [UInt8], in bucket: String, _ change: @Sendable (inout ObjectMetadata) -> Void
  ) throws(BucketError) {
    try plain(bucket).change(key, in: bucket, change)
  }

  // MARK: Uploads in parts

  func beginUpload(
    of key: [UInt8], in bucket: String, _ facts: ObjectMetadata, checksumAlgorithm: String?
  ) throws(BucketError) -> MultipartUpload {
    try plain(bucket).beginUpload(of: key, in: bucket, facts, checksumAlgorithm: checksumAlgorithm)
  }

  func upload(_ identifier: String, of key: [UInt8], in bucket: String) throws(BucketError) -> MultipartUpload {
    guard special[bucket] == nil else { throw .noSuchUpload }
    return try plain.upload(identifier, of: key, in: bucket)
  }

  func uploads(in bucket: String) throws(BucketError) -> [MultipartUpload] {
    special[bucket] == nil ? try plain.uploads(in: bucket) : []
  }

  func putPart(
    _ file: consuming StagedFile, _ part: UploadedPart, of identifier: String, in bucket: String
  ) throws(BucketError) {
    try plain(bucket).putPart(file, part, of: identifier, in: bucket)
  }

  func parts(of identifier: String, in bucket: String) throws(BucketError) -> [UploadedPart] {
    try plain(bucket).parts(of: identifier, in: bucket)
  }

  func complete(
    _ identifier: String, _ parts: [UploadedPart], as key: [UInt8], in bucket: String, _ facts: ObjectMetadata,
    condition: BucketStore.Condition? = nil
  ) throws(BucketError) {
    try plain(bucket).complete(identifier, parts, as: key, in: bucket, facts, condition: condition)
  }

  func abort(_ identifier: String, of key: [UInt8], in bucket: String) throws(BucketError) {
    try plain(bucket).abort(identifier, of: key, in: bucket)
  }
}

/// The objects of a bucket of plain files.
private struct PlainLister: ObjectLister {
  let store: BucketStore
  let bucket: String

  func list(from start: ListingStart, limit: Int) throws(BucketError) -> [ListedObject] {
    try store.list(bucket, from: start, limit: limit)
  }
}
