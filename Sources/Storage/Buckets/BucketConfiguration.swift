public import Posix

/// What is set for a bucket. It is kept with the bucket, so that it goes where the objects go.
public struct BucketConfiguration: Equatable, Sendable {
  /// The account that made it.
  public var owner: String
  /// When it was made.
  public var created: Timestamp
  /// The canned access control list.
  public var acl: String
  /// The region that its maker asked for; nil for the store's own.
  public var location: String?
  /// Documents that were put as they are, by kind: `policy`, `cors`, `tagging`, ….
  public var documents: [String: String]

  /// The configuration of a new bucket.
  public init(owner: String, created: Timestamp, acl: String = "private") {
    self.owner = owner
    self.created = created
    self.acl = acl
    documents = [:]
  }
}
