import Digests
import HTTPSemantics
import Posix
import Storage
import Synchronization

/// Pictures in memory, for tests.
public final class MemoryPictureCatalog: Sendable {
  struct StoredPicture: Sendable {
    var metadata: PictureMetadata
    /// What the put said that brought it.
    var object: ObjectMetadata?
    var content: StoredBytes
    var version: UInt64

    /// What it is as an object, as far as the list knows.
    var listed: ObjectMetadata {
      var listed = ObjectMetadata(
        etag: Hexadecimal.encode(MD5.digest(of: content.bytes)), size: metadata.content.size,
        modified: metadata.uploadedAt, contentType: metadata.mediaType, owner: "")
      listed.crc32 = metadata.content.crc32
      return listed
    }
  }

  struct State: Sendable {
    var pictures: [StoredName: StoredPicture] = [:]
    var blocked: [[UInt8]: BlockedPicture] = [:]
    var trash: [StoredName: (picture: StoredPicture, at: Timestamp)] = [:]
    var thumbnails: [StoredName: [ThumbnailDensity: [UInt8]]] = [:]
    private var lastVersion: UInt64 = 0

    mutating func nextVersion() -> UInt64 {
      lastVersion += 1
      return lastVersion
    }
  }

  let state = Mutex(State())
  /// What goes wrong.
  public let faults: FaultPlan
  /// What is held, contents under way included.
  public let space: MemorySpace
  private let reading: ReadingBehaviour
  /// The most header fields, user metadata and tags, in bytes, that a picture carries as an object.
  let roomForObject: Int

  /// No pictures.
  public init(
    space: MemorySpace = MemorySpace(), reading: ReadingBehaviour = ReadingBehaviour(),
    faults: FaultPlan = FaultPlan(), roomForObject: Int = 2_800
  ) {
    self.space = space
    self.reading = reading
    self.faults = faults
    self.roomForObject = roomForObject
  }

  /// The thumbnails of a picture.
  public func thumbnails(of name: StoredName) -> [ThumbnailDensity: [UInt8]] {
    state.withLock { $0.thumbnails[name, default: [:]] }
  }
}

extension MemoryPictureCatalog: PictureCatalog {
  /// Begins one in memory.
  public nonisolated(nonsending) func pictureWriter() async throws(StorageError) -> any PictureWriter {
    try await faults.begin(.pictureWriter)
    return MemoryPictureWriter(self)
  }

  /// What was published.
  public nonisolated(nonsending) func metadata(of name: StoredName) async throws(StorageError) -> PictureMetadata? {
    try await faults.begin(.metadata)
    return state.withLock { $0.pictures[name]?.metadata }
  }

  /// Opens what was published.
  public nonisolated(nonsending) func open(
    _ name: StoredName, now: Timestamp
  ) async throws(StorageError) -> any OpenedObject {
    try await faults.begin(.open)
    guard let picture = state.withLock({ $0.pictures[name] }), !picture.metadata.isOver(at: now) else {
      throw .noSuchKey
    }
    return MemoryOpenedObject(
      ObjectHead(picture.object ?? picture.listed, .memory(picture.version)),
      MemoryReader.Source(content: picture.content, behaviour: reading, faults: faults) { [self] in
        state.withLock { $0.pictures[name]?.version == picture.version }
      })
  }

  /// Forgets a picture and its thumbnails.
  public nonisolated(nonsending) func remove(_ name: StoredName) async throws(StorageError) -> Bool {
    try await faults.begin(.remove)
    return state.withLock { state in
      state.thumbnails[name] = nil
      return state.pictures.removeValue(forKey: name) != nil
    }
  }

  /// Keeps it beside the picture.
  public nonisolated(nonsending) func keepThumbnail(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError) {
    try await faults.begin(.keepThumbnail)
    state.withLock { state in
      if state.pictures[name] != nil { state.thumbnails[name, default: [:]][density] = bytes }
    }
  }
}

// MARK: Lists

extension MemoryPictureCatalog {
  /// Sorts all of them.
  public nonisolated(nonsending) func list(_ query: PictureQuery) async throws(StorageError) -> PictureListing {
    try await faults.begin(.list)
    func cursor(_ picture: PictureMetadata) -> PictureCursor { PictureCursor(after: picture, in: query.order) }
    let all = chosen(includesUnlisted: query.includesUnlisted, now: query.now)
      .filter { picture in query.after.map { query.order.precedes($0, cursor(picture)) } ?? true }
      .sorted { query.order.precedes(cursor($0), cursor($1)) }
    let isWalked = query.filter.name.map { SearchText($0).trigrams.isEmpty } ?? false
    let reached = isWalked ? all.prefix(query.reach) : all[...]
    let found = reached.filter { query.filter.accepts($0) }
    let page = Array(found.prefix(max(0, query.limit)))
    let end = reached.count < all.count ? reached.last : nil
    return PictureListing(images: page, next: (found.count > page.count ? page.last : end).map { cursor($0) })
  }

  /// Counts all of them.
  public nonisolated(nonsending) func pictureCount(
    _ filter: PictureFilter, limit: Int, now: Timestamp
  ) async throws(StorageError) -> Int {
    try await faults.begin(.list)
    return min(limit, chosen(includesUnlisted: true, now: now).count { filter.accepts($0) })
  }

  /// Sorts all of them.
  public nonisolated(nonsending) func objects(
    from start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) async throws(StorageError) -> [PictureObject] {
    try await faults.begin(.list)
    let found = chosen(includesUnlisted: includesUnlisted, now: now)
      .filter { start.includes(Array($0.name.text.utf8)) }
      .sorted { $0.name.text.utf8.lexicographicallyPrecedes($1.name.text.utf8) }
    return state.withLock { state in
      found.prefix(max(0, limit)).compactMap { picture in
        state.pictures[picture.name].map { PictureObject(name: picture.name, metadata: $0.listed) }
      }
    }
  }

  /// Looks at all of them.
  public nonisolated(nonsending) func copies(of sha256: [UInt8]) async throws(StorageError) -> [PictureMetadata] {
    try await faults.begin(.copies)
    return all().filter { $0.content.sha256 == sha256 }
  }

  /// Counts all of them.
  public nonisolated(nonsending) func pictureTotals() async throws(StorageError) -> PictureTotals {
    try await faults.begin(.totals)
    return all().reduce(into: PictureTotals()) { totals, picture in
      if picture.visibility == .public { totals.listed += 1 } else { totals.unlisted += 1 }
      totals.bytes += picture.content.size
    }
  }

  /// Looks at all of them.
  public nonisolated(nonsending) func expired(
    at now: Timestamp, limit: Int
  ) async throws(StorageError) -> [StoredName] {
    try await faults.begin(.expired)
    let over = all().compactMap { picture in picture.expiresAt.map { (name: picture.name, at: $0) } }
      .filter { $0.at <= now }
    return over.sorted { $0.at < $1.at }.prefix(max(0, limit)).map(\.name)
  }

  private func all() -> [PictureMetadata] { state.withLock { $0.pictures.values.map(\.metadata) } }

  private func chosen(includesUnlisted: Bool, now: Timestamp) -> [PictureMetadata] {
    all().filter { picture in
      (includesUnlisted || picture.visibility == .public) && !picture.isOver(at: now)
    }
  }
}

extension PictureMetadata {
  fileprivate func isOver(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }
}

// MARK: The list of those blocked

extension MemoryPictureCatalog: BlockedPictureList {
  /// Sorts all of them.
  public nonisolated(nonsending) func blockedPictures() async throws(StorageError) -> [BlockedPicture] {
    try await faults.begin(.blockedPictures)
    return state.withLock { $0.blocked.values.sorted { ($0.blocked, $0.name) > ($1.blocked, $1.name) } }
  }

  /// Notes digests.
  public nonisolated(nonsending) func block(_ pictures: [BlockedPicture]) async throws(StorageError) {
    try await faults.begin(.block)
    state.withLock { state in
      for picture in pictures where state.blocked[picture.sha256] == nil { state.blocked[picture.sha256] = picture }
    }
  }

  /// Forgets a digest.
  public nonisolated(nonsending) func unblock(_ sha256: [UInt8]) async throws(StorageError) {
    try await faults.begin(.unblock)
    guard state.withLock({ $0.blocked.removeValue(forKey: sha256) }) != nil else { throw .noSuchKey }
  }
}
