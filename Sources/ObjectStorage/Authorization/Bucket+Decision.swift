internal import S3Documents
internal import Storage

/// Who may do what. The operator may do everything. Otherwise an explicit denial decides; then the bucket's owner may,
/// unless a policy of the account narrows it; then whoever a policy or an access control list names.
extension Bucket {
  /// What may be decided without a look at the object: `none` leaves it to the object's own list.
  func decide(_ request: AccessRequest, for caller: Caller) -> PolicyDecision {
    if caller.isRoot { return .allow }
    let byPolicy = policy?.decide(request, caller.principal) ?? .none
    // An owner who locked himself out may still mend the policy, unless his account's forbids it.
    if byPolicy == .deny, !(isOwner(caller) && request.isAboutPolicy) { return .deny }
    if case .account(_, let own?) = caller {
      let decision = own.decide(request, caller.principal)
      if decision != .none { return decision }
    } else if isOwner(caller) {
      return .allow
    }
    if byPolicy == .allow, counts(for: caller) { return .allow }
    guard let permission = request.action.bucketPermission else { return .none }
    return effective(acl).permits(permission, to: Self.grantee(caller)) ? .allow : .none
  }

  /// About how many steps a decision takes at the most.
  func mostSteps(_ request: AccessRequest, for caller: Caller) -> Int {
    if caller.isRoot { return 0 }
    return (policy?.mostSteps(request) ?? 0) + (caller.policy?.mostSteps(request) ?? 0)
  }

  /// Whether it may be done whatever the object's own list says.
  func allows(_ request: AccessRequest, to caller: Caller) -> Bool { decide(request, for: caller) == .allow }

  /// What an object's own access control list, or its owner, adds; asked where nothing else decides.
  func allows(_ action: S3Action, on object: ObjectMetadata, to caller: Caller) -> Bool {
    let acl = effective(acl(of: object))
    if case .account(let name, nil) = caller, acl.owner == Owner(account: name) { return action.isOwnersOfObject }
    guard let permission = action.objectPermission else { return false }
    return acl.permits(permission, to: Self.grantee(caller))
  }

  /// Whether the bucket's own list lets the caller write.
  func listPermitsWriting(_ caller: Caller) -> Bool { effective(acl).permits(.write, to: Self.grantee(caller)) }

  /// Whether a decision needs the tags of the object.
  func asksForExistingTags(_ caller: Caller) -> Bool {
    policy?.asksForExistingTags ?? false || caller.policy?.asksForExistingTags ?? false
  }

  private func isOwner(_ caller: Caller) -> Bool { caller.name == configuration.owner }

  /// Whether what the policy allows counts for the caller: a public one may be kept to the owner.
  private func counts(for caller: Caller) -> Bool {
    isOwner(caller) || !publicAccess.restrictsPublicBuckets || !(policy?.isPublic ?? false)
  }

  /// The principal that a list is asked about. An account that its policy narrows has of lists what everybody has: what they
  /// give the account itself would undo the policy.
  private static func grantee(_ caller: Caller) -> PolicyPrincipal {
    if case .account(_, .some) = caller { .anonymous } else { caller.principal }
  }
}

extension S3Action {
  /// The permission of a bucket's list that covers the action; nil for one that no list can give.
  fileprivate var bucketPermission: Permission? {
    switch self {
    case .listBucket, .listBucketVersions, .listBucketMultipartUploads: .read
    case .putObject, .deleteObject, .abortMultipartUpload: .write
    case .getBucketACL: .readACP
    case .putBucketACL: .writeACP
    default: nil
    }
  }

  /// The permission of an object's list that covers the action; nil for one that no list can give.
  fileprivate var objectPermission: Permission? {
    switch self {
    case .getObject, .getObjectAttributes: .read
    case .getObjectACL: .readACP
    case .putObjectACL: .writeACP
    default: nil
    }
  }

  /// Whether an object's owner may do it in somebody else's bucket.
  var isOwnersOfObject: Bool { objectPermission != nil || self == .getObjectTagging }
}
