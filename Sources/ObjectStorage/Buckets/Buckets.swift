public import LocalStorage
internal import Posix
internal import Storage

/// All buckets that there are, for archives of their folders.
///
/// Every call may wait for a disk; make it from a thread that may.
public struct Buckets: Sendable {
  let plain: BucketStore
  let pictures: any PictureStore
  let photos: PhotoFolders

  /// - Parameters:
  ///   - plain: buckets of plain files.
  ///   - pictures: the bucket `images`.
  ///   - photos: the bucket `photos`.
  public init(plain: BucketStore, pictures: any PictureStore, photos: PhotoFolders) {
    self.plain = plain
    self.pictures = pictures
    self.photos = photos
  }

  /// What is known of an object; nil where that cannot be found out.
  func metadata(of key: [UInt8], in bucket: String) -> ObjectMetadata? {
    switch bucket {
    case BuiltInBucket.picturesName:
      guard let name = StoredName(key), let picture = try? pictures.facts(of: name) else { return nil }
      return try? pictures.objects(of: [picture]).first?.metadata
    case BuiltInBucket.photosName:
      guard let file = try? photos.open(file: key), let status = try? file.status() else { return nil }
      return ObjectMetadata(ofStranger: status, key: key)
    default: return try? plain.facts(of: key, in: bucket)
    }
  }
}

extension StoredName {
  init?(_ key: [UInt8]) {
    guard let text = String(validating: key, as: UTF8.self) else { return nil }
    self.init(text)
  }
}
