internal import Database
internal import DurableFiles
internal import Posix
public import Storage
internal import Synchronization

/// Buckets of plain files: a bucket is a folder, an object a file in it, its metadata in the file's attributes.
///
/// Several processes may use one folder; each makes its own store, after a fork. Every call may wait for a disk.
///
/// Names of buckets change under a lock that all processes share, and those in a bucket under one of its own: what is
/// slow in one bucket keeps nobody waiting in another. The index follows, in a transaction that looks whether the file is
/// still the one to be listed: whatever the order in which two writers come to it, it then says what is there.
public final class BucketStore: Sendable {
  typealias FolderSync = @Sendable (SharedDescriptor) throws(Errno) -> Void

  let root: SharedDescriptor
  let index: BucketIndex
  private let bucketsLock: ProcessLock
  let intents: IntentJournal
  /// Makes the names in a folder durable. Several threads may do so at once: the kernel lets them share the work.
  let synchronizeFolder: FolderSync
  let folders: BucketFolders
  /// Metadata of objects that were opened lately.
  let knownMetadata = KnownMetadata()
  let boot: String
  let log: @Sendable (String) -> Void
  /// What was reported last of the scans of a bucket.
  let reported: Mutex<[String: String]> = Mutex([:])

  /// Opens the buckets of a data folder, and makes what is missing of it.
  /// - Parameters:
  ///   - privateFolder: where the index goes.
  ///   - log: takes lines for the operator.
  public convenience init(
    dataFolder: String, privateFolder: PrivateFolder, log: @escaping @Sendable (String) -> Void
  ) throws(StorageError) {
    try self.init(
      dataFolder: dataFolder, privateFolder: privateFolder,
      synchronizeFolder: { (folder) throws(Errno) in try folder.descriptor.synchronize() }, log: log)
  }

  init(
    dataFolder: String, privateFolder: PrivateFolder, synchronizeFolder: @escaping FolderSync,
    log: @escaping @Sendable (String) -> Void
  ) throws(StorageError) {
    self.synchronizeFolder = synchronizeFolder
    root = SharedDescriptor(try openFolder("\(dataFolder)/buckets", mode: FolderMode.served))
    index = try BucketIndex(in: privateFolder, log: log)
    let owner = OwnerIdentity.current()
    folders = BucketFolders(owner: owner)
    bucketsLock = ProcessLock(try openFolder("\(dataFolder)/buckets", mode: FolderMode.served))
    intents = try IntentJournal(in: privateFolder, owner: owner)
    boot = OwnerIdentity.currentBoot()
    self.log = log
  }

  /// A bucket, open.
  func folder(_ name: String) throws(StorageError) -> BucketFolder {
    try folders.folder(name, in: root.descriptor)
  }

  /// Runs something while nobody else makes or removes a bucket.
  private func withBucketsLock<Value: Sendable>(
    _ body: () throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    try bucketsLock(orThrow: { StorageError($0, "locking the buckets") }, body)
  }

  /// Runs something while nobody else changes names in a bucket. Whoever holds both locks took that of the buckets first.
  func withNamespaceLock<Value: Sendable>(
    of folder: BucketFolder, _ body: () throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    try folder.namesLock(orThrow: { StorageError($0, "locking bucket \(folder.name)") }) { () throws(StorageError) in
      // It may have been removed while this waited, and another one made in its place.
      guard try folder.isCurrent(in: root.descriptor) else { throw .noSuchBucket }
      return try body()
    }
  }

  /// Writes to the index, in a transaction.
  @discardableResult
  func writing<Value: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Value
  ) throws(StorageError) -> Value {
    do throws(DatabaseError) { return try index.transaction(body) } catch { throw StorageError(error) }
  }

  /// Reads the index.
  func reading<Value: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Value
  ) throws(StorageError) -> Value {
    do throws(DatabaseError) { return try index.database.access(body) } catch { throw StorageError(error) }
  }

  // MARK: Buckets

  /// Makes a bucket. Throws `bucketExists` where there is one of that name.
  public func create(_ name: String, _ configuration: BucketConfiguration) throws(StorageError) {
    try withBucketsLock { () throws(StorageError) in
      do throws(StorageError) {
        throw .bucketExists(owner: try folder(name).configuration().owner)
      } catch .noSuchBucket {
        // Only then: one whose settings cannot be read is its owner's all the same.
      }
      try makeFolder(name)
      try writing { (connection) throws(DatabaseError) in
        try connection.execute("DELETE FROM objects WHERE bucket = ?1", [.integer(try connection.bucketID(name))])
        try connection.markUnscanned(name)
      }
      try folder(name).setConfiguration(configuration)
    }
    try scan(name)
  }

  private func makeFolder(_ name: String) throws(StorageError) {
    do throws(Errno) {
      // A folder that is there without settings was put there by somebody else, or by a process that died.
      do throws(Errno) { try root.descriptor.makeDirectory(name, mode: FolderMode.served) } catch .fileExists {}
      let bucket = try root.descriptor.open(name, [.readOnly, .directory, .noFollow])
      do throws(Errno) {
        try bucket.makeDirectory(BucketFolder.hiddenName, mode: FolderMode.hidden)
      } catch .fileExists {}
      try bucket.synchronize()
      try root.descriptor.synchronize()
    } catch {
      throw StorageError(error, "making bucket \(name)")
    }
  }

  /// Removes an empty bucket. Throws `bucketNotEmpty`.
  public func delete(_ name: String) throws(StorageError) {
    try scanIfNeeded(name)
    // Also where it was removed and not everything that follows was done.
    defer { folders.forget(name) }
    try withBucketsLock { () throws(StorageError) in
      let bucket = try folder(name)
      try withNamespaceLock(of: bucket) { () throws(StorageError) in try deleteAlone(bucket) }
    }
  }

  private func deleteAlone(_ bucket: BucketFolder) throws(StorageError) {
    let name = bucket.name
    let holdsObjects = try reading { (connection) throws(DatabaseError) in
      try connection.first(
        "SELECT 1 FROM objects JOIN buckets ON id = bucket WHERE name = ?1 LIMIT 1", [.text(name)]
      ) { _ in true } ?? false
    }
    guard !holdsObjects else { throw .bucketNotEmpty }
    do throws(StorageError) { try removeFolder(bucket) } catch .bucketNotEmpty {
      // It holds files that the index does not know: the next listing looks for them.
      try writing { (connection) throws(DatabaseError) in try connection.markUnscanned(name) }
      throw .bucketNotEmpty
    }
    try writing { (connection) throws(DatabaseError) in
      try connection.execute("DELETE FROM buckets WHERE name = ?1", [.text(name)])
    }
  }

  private func removeFolder(_ bucket: BucketFolder) throws(StorageError) {
    guard try bucket.removeEmptyFolders() else { throw .bucketNotEmpty }
    do throws(Errno) {
      // The settings go with the bucket, and not before it is known to be empty.
      guard try bucket.root.descriptor.directoryEntries().allSatisfy({ $0.name == Array(BucketFolder.hiddenName.utf8) })
      else { throw Errno.notEmpty }
      try removeTree(BucketFolder.hiddenName, in: bucket.root.descriptor)
      try root.descriptor.removeDirectory(bucket.name)
      try root.descriptor.synchronize()
    } catch .notEmpty {
      // A file that came at this very moment.
      throw .bucketNotEmpty
    } catch {
      throw StorageError(error, "removing bucket \(bucket.name)")
    }
  }

  /// The names of all buckets, in the order of their bytes.
  public func names() throws(StorageError) -> [String] {
    do throws(Errno) {
      return try root.descriptor.directoryEntries()
        .filter { ($0.kind == .directory || $0.kind == .unknown) && $0.name.first != UInt8(ascii: ".") }
        .map { String(decoding: $0.name, as: UTF8.self) }
        .sorted()
    } catch {
      throw StorageError(error, "listing the buckets")
    }
  }

  /// What is set for a bucket.
  public func configuration(_ name: String) throws(StorageError) -> BucketConfiguration {
    try folder(name).configuration()
  }

  /// Changes what is set for a bucket.
  public func configure(
    _ name: String, _ change: BucketChange
  ) throws(StorageError) {
    let bucket = try folder(name)
    try withNamespaceLock(of: bucket) { () throws(StorageError) in
      try bucket.setConfiguration(change.applied(to: try bucket.configuration()))
    }
  }
}
