internal import HTTPSemantics
public import Magic
public import Posix
public import Storage

/// The pictures of the image host: the one flow in which a picture is received, checked and published, deleted, blocked, and
/// removed when its time is over, whichever service it came by.
public struct Pictures: Sendable {
  let catalog: any PictureCatalog
  let blocked: any BlockedPictureList
  let trash: any PictureTrash
  let reports: PictureReports
  let limits: PictureLimits
  let magic: MagicDatabase
  let areModerated: Bool

  /// - Parameters:
  ///   - catalog: where they are kept.
  ///   - blocked: those that may not be stored.
  ///   - trash: where those go that moderators remove.
  ///   - reports: what visitors say of them.
  ///   - limits: what a picture may not exceed.
  ///   - magic: what tells the kind of a picture.
  ///   - areModerated: whether new pictures are unlisted until a moderator has approved them.
  public init(
    _ catalog: any PictureCatalog, blocked: any BlockedPictureList, trash: any PictureTrash, reports: PictureReports,
    limits: PictureLimits, magic: MagicDatabase, areModerated: Bool = false
  ) {
    self.catalog = catalog
    self.blocked = blocked
    self.trash = trash
    self.reports = reports
    self.limits = limits
    self.magic = magic
    self.areModerated = areModerated
  }

  // MARK: Receiving

  /// A picture that is going to come.
  /// - Parameter name: what its uploader calls it.
  public func incoming(named name: String) -> IncomingPicture {
    IncomingPicture(FileName(clientSupplied: name), self)
  }

  func inspector(fileExtension: String, isCleaned: Bool) -> PictureInspector {
    PictureInspector(fileExtension: fileExtension, limits: limits, magic: magic, isCleaned: isCleaned)
  }

  /// Who finds a new picture whose sender asks for this.
  func visibility(asked: PictureMetadata.Visibility) -> PictureMetadata.Visibility {
    areModerated && asked == .public ? .queued : asked
  }

  // MARK: Moderating

  /// Lists pictures that wait for a moderator.
  /// - Returns: those that waited.
  public nonisolated(nonsending) func approve(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await catalog.approve(names)
  }

  // MARK: Reading

  /// What is known of a picture; nil if no picture has that name, or its time was over at `now`.
  public nonisolated(nonsending) func metadata(
    of name: StoredName, now: Timestamp = Clock.now()
  ) async throws(StorageError) -> PictureMetadata? {
    guard let metadata = try await catalog.metadata(of: name), !metadata.isOver(at: now) else { return nil }
    return metadata
  }

  /// What is known of pictures, each once, in the order of the names; missing ones are left out, and those
  /// whose time was over at `now`.
  public nonisolated(nonsending) func metadata(
    ofEach names: [StoredName], now: Timestamp = Clock.now()
  ) async throws(StorageError) -> [PictureMetadata] {
    var seen: Set<StoredName> = []
    let wanted = names.filter { seen.insert($0).inserted }
    return try await catalog.metadata(ofEach: wanted).filter { !$0.isOver(at: now) }
  }

  /// Opens a picture.
  /// - Throws: `noSuchKey`.
  public nonisolated(nonsending) func open(
    _ name: StoredName, now: Timestamp = Clock.now()
  ) async throws(StorageError) -> any OpenedObject {
    try await catalog.open(name, now: now)
  }

  /// A part of the list.
  public nonisolated(nonsending) func list(_ query: PictureQuery) async throws(StorageError) -> PictureListing {
    try await catalog.list(query)
  }

  /// How many pictures a filter accepts, unlisted ones too.
  /// - Parameter limit: the greatest number that is told.
  public nonisolated(nonsending) func count(
    of filter: PictureFilter, limit: Int, now: Timestamp = Clock.now()
  ) async throws(StorageError) -> Int {
    try await catalog.pictureCount(filter, limit: limit, now: now)
  }

  /// How many there are.
  public nonisolated(nonsending) func totals() async throws(StorageError) -> PictureTotals {
    try await catalog.pictureTotals()
  }

  /// Keeps a thumbnail of a picture, unless the picture is gone by now.
  public nonisolated(nonsending) func keepThumbnail(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError) {
    try await catalog.keepThumbnail(bytes, of: name, density)
  }

  // MARK: Removing

  /// Removes a picture for good, whether or not its time is over.
  /// - Returns: what was known of it.
  /// - Throws: `noSuchKey`.
  public nonisolated(nonsending) func delete(_ name: StoredName) async throws(StorageError) -> PictureMetadata {
    guard let metadata = try await catalog.metadata(of: name) else { throw .noSuchKey }
    guard try await catalog.remove(name) else { throw .noSuchKey }
    return metadata
  }

  /// Pictures whose time is over, those first that have been so for longest.
  public nonisolated(nonsending) func expired(
    at now: Timestamp, limit: Int
  ) async throws(StorageError) -> [StoredName] {
    try await catalog.expired(at: now, limit: limit)
  }
}

extension PictureMetadata {
  /// Whether its time is over.
  func isOver(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }
}
