public import EventLoop
public import ImageStructure
public import Posix
public import Storage

/// Pictures as plain files in `images/` of a data folder, with their metadata in extended attributes and their list in an
/// index that can be thrown away. Several processes may use one folder; each makes its own catalogue, after a fork.
public final class LocalPictureCatalog: PictureCatalog {
  /// Looks at a file that has no metadata, because it came by another way than an upload; nil if it is no picture. What is
  /// written into the file while it is looked at is noticed.
  public typealias Inspection = @Sendable (borrowing FileDescriptor, StoredName) -> InspectedImage?

  /// Looks at the beginning of a picture whose metadata an older program recorded, for its size; nil if it is no picture.
  public typealias Measurement = @Sendable (borrowing FileDescriptor) -> ImageSize?

  let store: ImageStore
  private let pool: BlockingPool
  private let threads: DiskThreads

  /// Opens the catalogue of a data folder, and makes what is missing of it.
  /// - Parameters:
  ///   - privateFolder: where the index goes.
  ///   - pool: threads that may wait for the disk of the data folder.
  ///   - threads: those that read pictures.
  ///   - log: takes lines for the operator, such as one about a damaged index.
  /// - Throws: `attributesUnsupported` where files cannot carry their metadata.
  public init(
    dataFolder: String, privateFolder: PrivateFolder, pool: BlockingPool, threads: DiskThreads,
    inspect: @escaping Inspection, measure: @escaping Measurement, log: @escaping @Sendable (String) -> Void
  ) throws(StorageError) {
    store = try ImageStore(
      dataFolder: dataFolder, privateFolder: privateFolder, inspect: inspect, measure: measure, log: log)
    self.pool = pool
    self.threads = threads
  }

  init(_ store: ImageStore, pool: BlockingPool, threads: DiskThreads) {
    self.store = store
    self.pool = pool
    self.threads = threads
  }

  /// Runs something of the store on a thread that may wait.
  nonisolated(nonsending) func onStore<Value: Sendable>(
    _ work: @escaping @Sendable (ImageStore) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    try await pool.run { [store] () throws(StorageError) in
      return try work(store)
    }
  }

  // MARK: One picture

  /// Begins a picture, for which a file is made with its first bytes.
  public nonisolated(nonsending) func pictureWriter() async throws(StorageError) -> any PictureWriter {
    LocalPictureWriter(store, pool)
  }

  /// What is known of a picture, as the index knows it or else as a look at the file tells.
  public nonisolated(nonsending) func metadata(of name: StoredName) async throws(StorageError) -> PictureMetadata? {
    try await onStore { (store) throws(StorageError) in try store.metadata(of: name) }
  }

  /// What is known of pictures, in one turn of a thread.
  public nonisolated(nonsending) func metadata(
    ofEach names: [StoredName]
  ) async throws(StorageError) -> [PictureMetadata] {
    try await onStore { (store) throws(StorageError) in
      var found: [PictureMetadata] = []
      for name in names { if let metadata = try store.metadata(of: name) { found.append(metadata) } }
      return found
    }
  }

  /// Opens the file of a picture whose time is not over.
  public nonisolated(nonsending) func open(
    _ name: StoredName, now: Timestamp
  ) async throws(StorageError) -> any OpenedObject {
    try await onStore { [threads] (store) throws(StorageError) in
      let opened = try store.openObject(name, now: now)
      return LocalObject(opened.file, opened.metadata, opened.status, threads: threads)
    }
  }

  /// Rewrites what the files carry.
  public nonisolated(nonsending) func approve(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await onStore { (store) throws(StorageError) in try store.approve(names) }
  }

  /// Removes the file of a picture, and its thumbnails.
  public nonisolated(nonsending) func remove(_ name: StoredName) async throws(StorageError) -> Bool {
    try await onStore { (store) throws(StorageError) in
      do throws(StorageError) { try store.remove(name) } catch .noSuchKey { return false }
      return true
    }
  }

  /// Keeps a thumbnail in `thumbs/` of the data folder.
  public nonisolated(nonsending) func keepThumbnail(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError) {
    try await onStore { (store) throws(StorageError) in try store.keepThumbnail(bytes, of: name, density) }
  }

  // MARK: Lists

  /// A part of the list, once it agrees with all publications.
  public nonisolated(nonsending) func list(_ query: PictureQuery) async throws(StorageError) -> PictureListing {
    try await onStore { (store) throws(StorageError) in try store.list(query) }
  }

  /// How many pictures a filter accepts.
  public nonisolated(nonsending) func pictureCount(
    _ filter: PictureFilter, limit: Int, now: Timestamp
  ) async throws(StorageError) -> Int {
    try await onStore { (store) throws(StorageError) in try store.count(filter, limit: limit, now: now) }
  }

  /// Pictures as objects, in the order of their names' bytes.
  public nonisolated(nonsending) func objects(
    from start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) async throws(StorageError) -> [PictureObject] {
    try await onStore { (store) throws(StorageError) in
      try store.objects(from: start, limit: limit, includesUnlisted: includesUnlisted, now: now)
    }
  }

  /// The pictures whose bytes have this SHA-256.
  public nonisolated(nonsending) func copies(of sha256: [UInt8]) async throws(StorageError) -> [PictureMetadata] {
    try await onStore { (store) throws(StorageError) in try store.copies(of: sha256) }
  }

  /// How many pictures the index knows, once it agrees with all publications.
  public nonisolated(nonsending) func pictureTotals() async throws(StorageError) -> PictureTotals {
    try await onStore { (store) throws(StorageError) in try store.totals() }
  }

  /// Pictures whose time is over.
  public nonisolated(nonsending) func expired(
    at now: Timestamp, limit: Int
  ) async throws(StorageError) -> [StoredName] {
    try await onStore { (store) throws(StorageError) in try store.expired(at: now, limit: limit) }
  }
}

extension LocalPictureCatalog: BlockedPictureList {
  /// The list in `.vitrine/blocked.json`.
  public nonisolated(nonsending) func blockedPictures() async throws(StorageError) -> [BlockedPicture] {
    try await onStore { (store) throws(StorageError) in try store.blocked.all() }
  }

  /// Puts pictures on the list, by one change of the file.
  public nonisolated(nonsending) func block(_ pictures: [BlockedPicture]) async throws(StorageError) {
    try await onStore { (store) throws(StorageError) in try store.blocked.add(pictures) }
  }

  /// Takes a picture off the list.
  public nonisolated(nonsending) func unblock(_ sha256: [UInt8]) async throws(StorageError) {
    try await onStore { (store) throws(StorageError) in try store.blocked.remove(sha256) }
  }
}

extension LocalPictureCatalog: PictureMaintenance {
  /// Lists what processes that are gone have published, and removes what they left behind.
  public nonisolated(nonsending) func settleAbandonedPictures() async throws(StorageError) {
    try await onStore { (store) throws(StorageError) in try store.settleIntents() }
  }

  /// Whether pictures of this process wait to be listed.
  public var hasPicturesToList: Bool { store.hasPicturesToList }

  /// Lists the pictures of this process.
  public nonisolated(nonsending) func listPublishedPictures() async throws(StorageError) {
    try await onStore { (store) throws(StorageError) in try store.listPublished() }
  }

  /// The modification time of `images/`.
  public nonisolated(nonsending) func lastPictureChange() async -> Timestamp? {
    await pool.run { [store] in store.lastChange }
  }

  /// Brings index and marks of expiry in line with the files.
  public nonisolated(nonsending) func reconcilePictures() async throws(StorageError) -> PictureReconciliation {
    try await onStore { (store) throws(StorageError) in
      let result = try store.reconcile()
      try store.reconcileExpiryMarks()
      return result
    }
  }

  /// Computes the MD5 of pictures that have none yet.
  public nonisolated(nonsending) func completePictureDigests(limit: Int) async throws(StorageError) -> Bool {
    try await onStore { (store) throws(StorageError) in try store.completeMD5(limit: limit) }
  }
}
