internal import HTTPSemantics

/// Who may do what with a bucket or an object besides its owner, as an access control list says it.
enum AccessControlList: Equatable, Sendable {
  /// One of the lists that have a name.
  case canned(CannedACL)
  /// A list of its own.
  case grants([Grant])

  /// What is granted to one grantee.
  struct Grant: Hashable, Sendable {
    var grantee: Grantee
    var permission: Permission
  }

  /// Whom a grant is for.
  enum Grantee: Hashable, Sendable {
    /// An account, by its canonical id.
    case account(String)
    /// Whoever it is.
    case everybody
    /// Whoever signs.
    case authenticated
  }

  /// What a grant allows.
  enum Permission: String, CaseIterable, Sendable {
    case read = "READ"
    case write = "WRITE"
    case readACL = "READ_ACP"
    case writeACL = "WRITE_ACP"
    case fullControl = "FULL_CONTROL"
  }

  /// What a list is about.
  enum Subject {
    case bucket
    case object
  }

  // MARK: As it is kept

  /// Reads what `text` gave; anything else is private.
  init(text: String) {
    if let canned = CannedACL(rawValue: text) {
      self = .canned(canned)
    } else {
      self = .grants(text.split(separator: ",").compactMap { Grant(text: $0) })
    }
  }

  /// A name, or a list such as `READ=everybody,FULL_CONTROL=<canonical id>`.
  var text: String {
    switch self {
    case .canned(let canned): canned.rawValue
    // An empty list is none that has a name.
    case .grants(let grants): grants.isEmpty ? "," : grants.map(\.text).joined(separator: ",")
    }
  }

  // MARK: What it says

  /// All grants, the owner's among them.
  /// - Parameters:
  ///   - owner: the account that owns the bucket or object.
  ///   - bucketOwner: the account that owns the bucket.
  func grants(owner: String, bucketOwner: String) -> [Grant] {
    switch self {
    case .canned(let canned): canned.grants(owner: owner, bucketOwner: bucketOwner)
    case .grants(let grants): grants
    }
  }

  /// Whether it lets the caller do something.
  func allows(_ action: String, on subject: Subject, to caller: Caller, owner: String, bucketOwner: String) -> Bool {
    guard let needed = Self.permission(for: action, on: subject) else { return false }
    if needed == .readACL || needed == .writeACL, caller.name == owner { return true }
    let id = caller.name.map { Caller.canonicalID($0) }
    return grants(owner: owner, bucketOwner: bucketOwner).contains { grant in
      guard grant.permission == needed || grant.permission == .fullControl else { return false }
      return switch grant.grantee {
      case .everybody: true
      case .authenticated: id != nil
      case .account(let account): account == id
      }
    }
  }

  /// The permission that an action needs; nil for one that no list can give.
  private static func permission(for action: String, on subject: Subject) -> Permission? {
    switch (subject, action) {
    case (.bucket, "s3:ListBucket"), (.bucket, "s3:ListBucketVersions"), (.bucket, "s3:ListBucketMultipartUploads"),
      (.object, "s3:GetObject"), (.object, "s3:GetObjectAttributes"):
      .read
    case (.bucket, "s3:PutObject"), (.bucket, "s3:DeleteObject"), (.bucket, "s3:AbortMultipartUpload"): .write
    case (.bucket, "s3:GetBucketAcl"), (.object, "s3:GetObjectAcl"): .readACL
    case (.bucket, "s3:PutBucketAcl"), (.object, "s3:PutObjectAcl"): .writeACL
    default: nil
    }
  }
}

extension AccessControlList.Grant {
  fileprivate init?(text: Substring) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let permission = AccessControlList.Permission(rawValue: String(parts[0])) else {
      return nil
    }
    self.permission = permission
    switch parts[1] {
    case "everybody": grantee = .everybody
    case "authenticated": grantee = .authenticated
    default: grantee = .account(String(parts[1]))
    }
  }

  fileprivate var text: String {
    let whom =
      switch grantee {
      case .everybody: "everybody"
      case .authenticated: "authenticated"
      case .account(let id): id
      }
    return "\(permission.rawValue)=\(whom)"
  }
}
