internal import Posix
internal import Storage

/// A bucket that is the folder of another service: its objects are stored elsewhere, and nothing can be set for it.
struct BuiltInBucket: Sendable {
  let name: String
  let objects: any ObjectStore
  /// What counts as set.
  let configuration: BucketConfiguration

  /// The pictures are public: who has the name may have the picture, here as at the image host.
  private static let picturePolicy = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",\
    "Resource":"arn:aws:s3:::images/*"}]}
    """

  static let picturesName = "images"
  static let photosName = "photos"

  /// The bucket `images`: the pictures of the image host.
  /// - Parameter owner: the operator, whose bucket it is.
  static func pictures(_ objects: any ObjectStore, owner: String) -> BuiltInBucket {
    var configuration = BucketConfiguration(owner: owner, created: Clock.now())
    configuration.documents[BucketDocument.policy.rawValue] = picturePolicy
    return BuiltInBucket(name: picturesName, objects: objects, configuration: configuration)
  }

  /// The bucket `photos`: the photo folders, which others fill.
  static func photos(_ objects: any ObjectStore, owner: String) -> BuiltInBucket {
    BuiltInBucket(
      name: photosName, objects: objects, configuration: BucketConfiguration(owner: owner, created: Clock.now()))
  }
}
