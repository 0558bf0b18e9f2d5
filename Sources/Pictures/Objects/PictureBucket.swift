internal import HTTPSemantics
internal import ImageStructure
internal import Posix
public import Storage

/// The pictures as the objects of the bucket `images`, by their names. A put passes the rules of an upload, is stored byte
/// for byte, and never overwrites.
public struct PictureBucket: ObjectStore {
  /// The name of the bucket.
  public static let bucketName = "images"

  let pictures: Pictures

  /// The bucket of these pictures.
  public init(_ pictures: Pictures) {
    self.pictures = pictures
  }

  /// What a picture is as an object.
  public nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead {
    try await open(key, in: bucket, version: version).head
  }

  /// Opens a picture whose time is not over.
  public nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    try Self.check(bucket, version)
    guard let name = StoredName(key) else { throw .noSuchKey }
    return try await pictures.open(name)
  }

  /// Begins a picture whose name is a plain file name.
  public nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter {
    try Self.check(bucket)
    guard let name = StoredName(key), !name.text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
    else { throw .refused(.key) }
    return PictureObjectWriter(name, pictures, try await pictures.catalog.pictureWriter())
  }

  /// Removes a picture. One whose time is over counts as gone.
  public nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool {
    try Self.check(bucket, version)
    guard let name = StoredName(key), try await pictures.metadata(of: name) != nil else {
      try precondition.check(nil)
      return false
    }
    if !precondition.isEmpty { try precondition.check(try await pictures.objectMetadata(of: name)) }
    return try await pictures.catalog.remove(name)
  }

  /// Refuses: nothing can be changed of a picture.
  public nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError) {
    try Self.check(bucket, version)
    throw .belongsToAnotherService(bucket)
  }

  /// Pictures as objects, in the order of their names.
  public nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    try Self.check(bucket)
    let objects = try await pictures.catalog.objects(
      from: query.start, limit: query.limit, includesUnlisted: query.includesUnlisted, now: Clock.now())
    return objects.map { ListedObject(key: Array($0.name.text.utf8), $0.metadata) }
  }

  /// A picture has one version.
  private static func check(_ bucket: String, _ version: String? = nil) throws(StorageError) {
    guard bucket == bucketName else { throw .noSuchBucket }
    try SingleVersion.check(version)
  }
}

extension Pictures {
  /// What a picture is as an object; nil if no picture has that name, or its time is over.
  nonisolated(nonsending) func objectMetadata(of name: StoredName) async throws(StorageError) -> ObjectMetadata? {
    do throws(StorageError) { return try await open(name).head.metadata } catch .noSuchKey { return nil }
  }
}
