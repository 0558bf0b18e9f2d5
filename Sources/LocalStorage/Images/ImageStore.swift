internal import DurableFiles
internal import Posix
internal import Storage
internal import Synchronization

/// Pictures as plain files in `images/` of a data folder, their metadata in extended attributes, their list in an index
/// that can be thrown away. Several processes may use one folder; each makes its own store, after a fork.
final class ImageStore: Sendable {
  typealias Inspection = LocalPictureCatalog.Inspection
  typealias Measurement = LocalPictureCatalog.Measurement

  let folder: StoredFolder
  let thumbnails: ThumbnailFolder
  let index: ImageIndex
  let published: PublishedPictures
  /// Pictures that this process has removed, and that an index without room still lists.
  let stillListed = Mutex<Set<StoredName>>([])
  let owner: OwnerIdentity
  let boot: String
  let inspect: Inspection
  let measure: Measurement
  let expiryMarks: ExpiryMarks
  /// Pictures that may not be stored.
  let blocked: BlockedPictures

  /// Opens the store of a data folder, and makes what is missing of it.
  ///
  /// - Parameters:
  ///   - privateFolder: where the index goes.
  ///   - log: takes lines for the operator, such as one about a damaged index.
  /// - Throws: `attributesUnsupported` where files cannot carry their metadata.
  convenience init(
    dataFolder: String, privateFolder: PrivateFolder, inspect: @escaping Inspection,
    measure: @escaping Measurement, log: @escaping @Sendable (String) -> Void
  ) throws(StorageError) {
    try self.init(
      dataFolder: dataFolder, privateFolder: privateFolder, owner: .current(), allowsUnnamed: true,
      inspect: inspect, measure: measure, log: log)
  }

  init(
    dataFolder: String, privateFolder: PrivateFolder, owner: OwnerIdentity, allowsUnnamed: Bool,
    inspect: @escaping Inspection, measure: @escaping Measurement, log: @escaping @Sendable (String) -> Void
  ) throws(StorageError) {
    self.owner = owner
    self.inspect = inspect
    self.measure = measure
    blocked = BlockedPictures(in: privateFolder)
    boot = OwnerIdentity.currentBoot()
    folder = try StoredFolder(path: "\(dataFolder)/images", owner: owner, allowsUnnamed: allowsUnnamed)
    expiryMarks = ExpiryMarks(imagesFolder: "\(dataFolder)/images")
    thumbnails = try ThumbnailFolder(dataFolder: dataFolder, owner: owner, allowsUnnamed: allowsUnnamed)
    index = try ImageIndex(in: privateFolder, log: log)
    published = try PublishedPictures(in: privateFolder, owner: owner)
    try checkAttributes()
  }

  private func checkAttributes() throws(StorageError) {
    let probe = try folder.stage()
    do throws(Errno) {
      try probe.file.setAttribute("user.vitrine.probe", to: [1])
    } catch .notSupported {
      throw .attributesUnsupported
    } catch {
      throw StorageError(error, "trying extended attributes")
    }
  }

  /// Begins a file that nobody can see.
  func stage() throws(StorageError) -> StagedFile {
    try folder.stage()
  }

  /// The metadata of a picture; nil if no picture has that name.
  func metadata(of name: StoredName) throws(StorageError) -> PictureMetadata? {
    try current(name)?.metadata
  }

  /// What a file is, as the index knows it or else as a look at it tells; nil if it is not there.
  func current(_ name: StoredName) throws(StorageError) -> ImageIndex.Finding? {
    guard let status = try folder.status(of: name) else { return nil }
    if let known = try index.finding(name), known.recordedVersion == RecordedVersion(status) { return known }
    guard let finding = try examine(name) else { return nil }
    try remember([finding])
    return finding
  }

  /// Spares the next look. An index that cannot grow does without.
  func remember(_ findings: [ImageIndex.Finding]) throws(StorageError) {
    do { try index.add(findings, whileThere: isThere) } catch .full {}
  }

  /// Opens a picture to read it. Throws `notFound`.
  func open(_ name: StoredName) throws(StorageError) -> FileDescriptor {
    try folder.open(name)
  }

  /// Removes a picture for good, and its thumbnails. Throws `notFound`.
  func remove(_ name: StoredName) throws(StorageError) {
    thumbnails.remove(name)
    do {
      try folder.unlink(name)
    } catch .noSuchKey {
      // Somebody removed the file past the store.
      expiryMarks.remove(name)
      try index.remove(name)
      throw .noSuchKey
    }
    try folder.synchronize()
    // Last, so that the picture is never served without it.
    expiryMarks.remove(name)
    do { try index.remove(name) } catch .full {
      // It is gone all the same, and has made room.
      stillListed.withLock { _ = $0.insert(name) }
    }
  }

  /// A page of the list.
  func list(_ query: PictureQuery) throws(StorageError) -> PictureListing {
    try prepareToRead()
    return try index.page(query)
  }

  /// How many pictures a filter accepts, as far as they are worth counting.
  func count(_ filter: PictureFilter, limit: Int, now: Timestamp) throws(StorageError) -> Int {
    try prepareToRead()
    return try index.count(filter, limit: limit, now: now)
  }

  /// Pictures in the order of their names' bytes, from a place on; those whose time was over at `now` are left out.
  func pictures(
    named start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) throws(StorageError) -> [PictureMetadata] {
    try prepareToRead()
    return try index.named(from: start, limit: limit, includesUnlisted: includesUnlisted, now: now)
  }

  /// How many pictures there are.
  func totals() throws(StorageError) -> PictureTotals {
    try prepareToRead()
    return try index.totals()
  }

  /// Pictures whose time is over, those first that have been so for longest.
  func expired(at now: Timestamp, limit: Int) throws(StorageError) -> [StoredName] {
    // What others published in the last second, they will have listed when this is asked for again.
    try completeIndexOnce()
    try listPublished()
    return try index.expired(at: now, limit: limit)
  }

  /// Whether the name still stands for the file that the index is to list. In doubt it does.
  func isThere(_ name: StoredName, _ recordedVersion: RecordedVersion) -> Bool {
    do {
      return try folder.status(of: name).map { RecordedVersion($0) } == recordedVersion
    } catch {
      return true
    }
  }
}
