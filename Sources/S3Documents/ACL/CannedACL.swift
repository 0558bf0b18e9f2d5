/// An access control list that S3 has ready: the field `x-amz-acl`. The raw value is its name.
public enum CannedACL: String, Sendable {
  /// The owner has full control, and nobody else any.
  case `private` = "private"
  /// Everybody may read too.
  case publicRead = "public-read"
  /// Everybody may read and write too.
  case publicReadWrite = "public-read-write"
  /// Every account may read too.
  case authenticatedRead = "authenticated-read"
  /// The bucket's owner may read the object too.
  case bucketOwnerRead = "bucket-owner-read"
  /// The bucket's owner has full control of the object too.
  case bucketOwnerFullControl = "bucket-owner-full-control"

  /// Reads the field.
  ///
  /// - Throws: `InvalidArgument`.
  public init(field value: String) throws(S3Error) {
    guard let canned = CannedACL(rawValue: value) else {
      throw .invalidArgument("The canned ACL does not exist.", name: "x-amz-acl", value: value)
    }
    self = canned
  }

  /// The list that it stands for.
  ///
  /// - Parameters:
  ///   - owner: whose the bucket or object is.
  ///   - bucketOwner: whose the bucket is.
  public func policy(owner: Owner, bucketOwner: Owner) -> AccessControlPolicy {
    AccessControlPolicy(owner: owner, grants: extraGrants(owner, bucketOwner) + [Grant(.account(owner), .fullControl)])
  }

  private func extraGrants(_ owner: Owner, _ bucketOwner: Owner) -> [Grant] {
    switch self {
    case .private: []
    case .publicRead: [Grant(.group(.allUsers), .read)]
    case .publicReadWrite: [Grant(.group(.allUsers), .read), Grant(.group(.allUsers), .write)]
    case .authenticatedRead: [Grant(.group(.authenticatedUsers), .read)]
    case .bucketOwnerRead, .bucketOwnerFullControl:
      owner.id.hasSameBytes(as: bucketOwner.id)
        ? [] : [Grant(.account(bucketOwner), self == .bucketOwnerRead ? .read : .fullControl)]
    }
  }
}
