public import LocalStorage
public import Magic
public import Pictures
internal import Posix
internal import Storage

/// The folders of other doors that are buckets, too.
public struct SpecialFolders: Sendable {
  let pictures: any PictureStore
  let limits: PictureLimits
  let magic: MagicDatabase
  let photos: PhotoFolders
  private let created = Clock.now()

  /// - Parameters:
  ///   - pictures: the bucket `images`.
  ///   - limits: what a picture that is put there may not exceed.
  ///   - magic: what tells the kind of a picture.
  ///   - photos: the bucket `photos`.
  public init(pictures: any PictureStore, limits: PictureLimits, magic: MagicDatabase, photos: PhotoFolders) {
    self.pictures = pictures
    self.limits = limits
    self.magic = magic
    self.photos = photos
  }

  /// The buckets by their names.
  /// - Parameter owner: the operator.
  func buckets(owner: String) -> [String: any SpecialBucket] {
    [
      PictureBucket.name: PictureBucket(
        pictures: pictures, limits: limits, magic: magic, owner: owner, created: created),
      PhotoBucket.name: PhotoBucket(folders: photos, owner: owner, created: created),
    ]
  }
}
