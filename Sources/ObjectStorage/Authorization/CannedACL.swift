/// The access control lists that have a name ("canned").
enum CannedACL: String, Sendable {
  case `private`
  case publicRead = "public-read"
  case publicReadWrite = "public-read-write"
  case authenticatedRead = "authenticated-read"
  case bucketOwnerRead = "bucket-owner-read"
  case bucketOwnerFullControl = "bucket-owner-full-control"

  /// What the name stands for.
  func grants(owner: String, bucketOwner: String) -> [AccessControlList.Grant] {
    let own = AccessControlList.Grant(grantee: .account(Caller.canonicalID(owner)), permission: .fullControl)
    let bucketsOwner = AccessControlList.Grantee.account(Caller.canonicalID(bucketOwner))
    return switch self {
    case .private: [own]
    case .publicRead: [.init(grantee: .everybody, permission: .read), own]
    case .publicReadWrite:
      [.init(grantee: .everybody, permission: .read), .init(grantee: .everybody, permission: .write), own]
    case .authenticatedRead: [.init(grantee: .authenticated, permission: .read), own]
    case .bucketOwnerRead: [own, .init(grantee: bucketsOwner, permission: .read)]
    case .bucketOwnerFullControl: [own, .init(grantee: bucketsOwner, permission: .fullControl)]
    }
  }
}
