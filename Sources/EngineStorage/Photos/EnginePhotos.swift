internal import HTTPSemantics
internal import Posix
public import Storage
internal import Synchronization

/// What is shown of photo folders that others fill: which paths, and of which kind their files are.
public struct PhotoRules: Sendable {
  /// Whether a path is shown: what is hidden, and what transfers leave behind, is not.
  public var isShown: @Sendable (_ path: [UInt8]) -> Bool
  /// The media type by the end of a path.
  public var mediaType: @Sendable (_ path: [UInt8]) -> String

  /// Rules.
  public init(isShown: @escaping @Sendable ([UInt8]) -> Bool, mediaType: @escaping @Sendable ([UInt8]) -> String) {
    self.isShown = isShown
    self.mediaType = mediaType
  }
}

/// Photo folders in an engine, below `photos/`, as the bucket `photos`, which is only read: others fill them, under names of
/// their own.
public final class EnginePhotos: Sendable {
  static let prefix = "photos/"
  /// Nanoseconds for which a list of all photos is good.
  private static let freshness: UInt64 = 10_000_000_000
  /// The most photos of all folders together that are listed as objects.
  private static let mostPhotos = 1_000_000

  let names: NameDatabase
  let blobs: any BlobStore
  private let rules: PhotoRules
  private let all = Mutex<(photos: [ListedBlob], at: UInt64)?>(nil)

  /// The photos of an engine; their checksums are remembered in a database.
  public init(_ names: NameDatabase, _ blobs: any BlobStore, _ rules: PhotoRules) {
    self.names = names
    self.blobs = blobs
    self.rules = rules
  }

  /// All photos whose keys begin with a prefix, in the order of their bytes: engines have orders of their own.
  nonisolated(nonsending) func photos(below prefix: [UInt8]) async throws(StorageError) -> [ListedBlob] {
    guard let text = String(validating: prefix, as: UTF8.self) else { return [] }
    var found: [ListedBlob] = []
    var position: BlobListPosition?
    repeat {
      let page: BlobPage
      do throws(BlobError) { page = try await blobs.list(Self.prefix + text, after: position) } catch {
        throw StorageError(error)
      }
      found += page.blobs.filter { rules.isShown(Self.key(of: $0)) }
      guard found.count <= Self.mostPhotos else {
        throw .incompleteTree(TreeFlaw(path: [], .tooManyFiles(limit: Self.mostPhotos)))
      }
      position = page.next
    } while position != nil
    return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// One photo; nil where there is none.
  nonisolated(nonsending) func photo(_ key: [UInt8]) async throws(StorageError) -> ListedBlob? {
    guard rules.isShown(key), let text = String(validating: key, as: UTF8.self) else { return nil }
    let page: BlobPage
    do throws(BlobError) { page = try await blobs.list(Self.prefix + text, after: nil) } catch {
      throw StorageError(error)
    }
    if let found = page.blobs.first(where: { $0.name == Self.prefix + text }) { return found }
    // Somewhere behind a page of longer names, perhaps.
    return page.next == nil ? nil : try await photos(below: key).first { Self.key(of: $0) == key }
  }

  /// All photos of all folders, not older than a few seconds.
  private nonisolated(nonsending) func everything() async throws(StorageError) -> [ListedBlob] {
    let now = Clock.monotonicNanoseconds()
    if let known = all.withLock({ $0 }), now &- known.at < Self.freshness { return known.photos }
    let photos = try await photos(below: [])
    all.withLock { $0 = (photos, now) }
    return photos
  }

  static func key(of photo: ListedBlob) -> [UInt8] { Array(photo.name.utf8.dropFirst(prefix.utf8.count)) }

  func metadata(of photo: ListedBlob) -> ObjectMetadata {
    ObjectMetadata(
      etag: photo.etag, size: photo.length, modified: Timestamp(seconds: photo.modified, nanoseconds: 0),
      contentType: rules.mediaType(Self.key(of: photo)), owner: "")
  }

  /// Others may replace a photo: what the engine says of its content tells them apart.
  static func version(of photo: ListedBlob) -> ContentVersion {
    .blobs(["\(photo.name)+\(photo.length)+\(photo.etag)+\(photo.modified)"])
  }

  func open(_ photo: ListedBlob) -> EngineOpenedObject {
    EngineOpenedObject(
      ObjectHead(metadata(of: photo), Self.version(of: photo)), Self.content(of: photo), names, blobs)
  }

  static func content(of photo: ListedBlob) -> [BlobSlice] {
    photo.length == 0 ? [] : [BlobSlice(id: .photo(photo.name), start: 0, length: photo.length, entityTag: photo.etag)]
  }
}

extension EnginePhotos: PhotoBucket {
  /// Asks the engine.
  public nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    guard bucket == Self.bucketName else { throw .noSuchBucket }
    try SingleVersion.check(version)
    guard let photo = try await photo(key) else { throw .noSuchKey }
    return open(photo)
  }

  /// A part of a list of all photos, which is some seconds old at most.
  public nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    guard bucket == Self.bucketName else { throw .noSuchBucket }
    let photos = try await everything()
    let first =
      switch query.start {
      case .beginning: 0
      case .at(let key): photos.firstIndex { !Self.key(of: $0).lexicographicallyPrecedes(key) } ?? photos.count
      case .after(let key): photos.firstIndex { key.lexicographicallyPrecedes(Self.key(of: $0)) } ?? photos.count
      }
    return photos[first...].prefix(max(0, query.limit)).map { photo in
      ListedObject(
        key: Self.key(of: photo), size: photo.length,
        modified: Timestamp(seconds: photo.modified, nanoseconds: 0), etag: photo.etag, owner: "")
    }
  }

  /// The first segments of all keys. An engine has no empty folders.
  public nonisolated(nonsending) func folderNames() async throws(StorageError) -> [FolderName] {
    var names: [FolderName] = []
    for photo in try await everything() {
      let key = Self.key(of: photo)
      guard let slash = key.firstIndex(of: UInt8(ascii: "/")),
        let name = FolderName(String(decoding: key[..<slash], as: UTF8.self)), names.last != name
      else { continue }
      names.append(name)
    }
    return names
  }
}
