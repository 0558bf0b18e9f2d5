public import Posix

/// Pictures by their names, and their lists.
public protocol PictureCatalog: Sendable {
  /// Begins a picture.
  nonisolated(nonsending) func pictureWriter() async throws(StorageError) -> any PictureWriter

  /// What is known of a picture, whether or not its time is over; nil if no picture has that name.
  nonisolated(nonsending) func metadata(of name: StoredName) async throws(StorageError) -> PictureMetadata?

  /// What is known of pictures, in the order of the names; missing ones are left out.
  nonisolated(nonsending) func metadata(
    ofEach names: [StoredName]
  ) async throws(StorageError) -> [PictureMetadata]

  /// Opens a picture as an object, with what a put said that brought it.
  /// - Throws: `noSuchKey`, also where its time was over at `now`.
  nonisolated(nonsending) func open(_ name: StoredName, now: Timestamp) async throws(StorageError) -> any OpenedObject

  /// Lists pictures that wait for a moderator; when this returns, it survives a power cut.
  /// - Returns: those that waited.
  nonisolated(nonsending) func approve(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata]

  /// Removes a picture for good, and its thumbnails.
  /// - Returns: whether there was one.
  nonisolated(nonsending) func remove(_ name: StoredName) async throws(StorageError) -> Bool

  /// A part of the list. It agrees with every publication before it.
  nonisolated(nonsending) func list(_ query: PictureQuery) async throws(StorageError) -> PictureListing

  /// How many pictures a filter accepts, unlisted ones too, as far as they are worth counting; those whose time was over at
  /// `now` are left out.
  /// - Parameter limit: the greatest number that is told.
  nonisolated(nonsending) func pictureCount(
    _ filter: PictureFilter, limit: Int, now: Timestamp
  ) async throws(StorageError) -> Int

  /// Pictures as objects, in the order of their names' bytes, from a place on; those whose time was over at `now` are left
  /// out. Their entity tags are computed where nobody did so before. Fewer than `limit` are the last ones.
  nonisolated(nonsending) func objects(
    from start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) async throws(StorageError) -> [PictureObject]

  /// The pictures whose bytes have this SHA-256.
  nonisolated(nonsending) func copies(of sha256: [UInt8]) async throws(StorageError) -> [PictureMetadata]

  /// How many pictures there are.
  nonisolated(nonsending) func pictureTotals() async throws(StorageError) -> PictureTotals

  /// Pictures whose time is over, those first that have been so for longest.
  nonisolated(nonsending) func expired(at now: Timestamp, limit: Int) async throws(StorageError) -> [StoredName]

  /// Keeps a thumbnail of a picture where the web server finds it, unless the picture is gone by now.
  nonisolated(nonsending) func keepThumbnail(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError)
}

extension PictureCatalog {
  /// Asks for one after the other.
  public nonisolated(nonsending) func metadata(
    ofEach names: [StoredName]
  ) async throws(StorageError) -> [PictureMetadata] {
    var found: [PictureMetadata] = []
    for name in names { if let metadata = try await metadata(of: name) { found.append(metadata) } }
    return found
  }
}

/// The content of a picture on its way in. It vanishes with the writer unless it is published.
public protocol PictureWriter: ContentWriter {
  /// Gives the picture its name; when this returns, it survives a power cut and is in the list.
  /// - Parameter object: what the put that brought it said besides; nil for an upload.
  /// - Throws: `objectExists` if the name is taken, `full`, `refused` where `object` is more than a picture has room for or
  ///   the picture is blocked. The list of those blocked is looked at here, where names are given: whatever is blocked
  ///   before the name is given, or while it is, does not stay. A caller could only ask before and after.
  ///   After any error nothing of the picture is left.
  nonisolated(nonsending) func publish(
    _ metadata: PictureMetadata, object: ObjectMetadata?
  ) async throws(StorageError)

  /// The same for an upload, after a last step on the content, which tells the metadata: a storage that does both in one go
  /// spares small pictures a change of threads.
  /// - Returns: the metadata.
  nonisolated(nonsending) func publish(
    after step: @escaping @Sendable (any StagedContent) throws(StorageError) -> PictureMetadata
  ) async throws(StorageError) -> PictureMetadata
}

extension PictureWriter {
  /// The step, and then the publication.
  public nonisolated(nonsending) func publish(
    after step: @escaping @Sendable (any StagedContent) throws(StorageError) -> PictureMetadata
  ) async throws(StorageError) -> PictureMetadata {
    let metadata: PictureMetadata
    do throws(StorageError) { metadata = try await update(step) } catch {
      await discard()
      throw error
    }
    try await publish(metadata, object: nil)
    return metadata
  }
}

/// A picture as an object.
public struct PictureObject: Equatable, Sendable {
  /// Its name, which is its key.
  public var name: StoredName
  /// What it is as an object, as far as the list knows: without what the put said that brought it.
  public var metadata: ObjectMetadata

  /// A picture as an object.
  public init(name: StoredName, metadata: ObjectMetadata) {
    self.name = name
    self.metadata = metadata
  }
}

/// How many dots of a screen a thumbnail is made for, per dot of a page.
public enum ThumbnailDensity: String, CaseIterable, Sendable {
  /// Ordinary screens.
  case single = "1x"
  /// Dense ones.
  case double = "2x"
}
