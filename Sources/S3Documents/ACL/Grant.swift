/// What an access control list can give. The raw value is S3's name.
public enum Permission: String, Sendable {
  /// List the bucket, or read the object.
  case read = "READ"
  /// Write objects of the bucket.
  case write = "WRITE"
  /// Read the list itself.
  case readACP = "READ_ACP"
  /// Replace the list itself.
  case writeACP = "WRITE_ACP"
  /// All of these.
  case fullControl = "FULL_CONTROL"
}

/// The groups of accounts that S3 knows. The raw value is the group's URI.
public enum GranteeGroup: String, Sendable {
  /// Everybody, the anonymous among them.
  case allUsers = "http://acs.amazonaws.com/groups/global/AllUsers"
  /// Every account.
  case authenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
  /// The service that writes access logs, which does not exist here.
  case logDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery"
}

/// To whom something is given.
public enum Grantee: Sendable, Equatable {
  /// The account with that canonical id. Clients leave its name out.
  case account(id: String, displayName: String?)
  /// A group.
  case group(GranteeGroup)
  /// The account with that mail address, until it is found.
  case email(String)

  /// An account.
  public static func account(_ owner: Owner) -> Grantee {
    .account(id: owner.id, displayName: owner.displayName)
  }

  /// Whether a group that stands for the public, as S3 understands it.
  var isPublic: Bool { self == .group(.allUsers) || self == .group(.authenticatedUsers) }

  /// Whether `principal` is, or is one of, the grantee.
  func includes(_ principal: PolicyPrincipal) -> Bool {
    switch (self, principal) {
    case (.group(.allUsers), _), (.group(.authenticatedUsers), .account): true
    case (.account(let id, _), .account(let other, _)): id.hasSameBytes(as: other)
    default: false
    }
  }
}

/// One thing given to one grantee.
public struct Grant: Sendable, Equatable {
  /// To whom.
  public let grantee: Grantee
  /// What.
  public let permission: Permission

  /// A grant.
  public init(_ grantee: Grantee, _ permission: Permission) {
    self.grantee = grantee
    self.permission = permission
  }
}
