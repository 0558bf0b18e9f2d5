/// The access control list of a bucket or an object, and whose it is.
public struct AccessControlPolicy: Sendable, Equatable {
  /// The most grants that a list may have.
  public static let grantLimit = 100

  /// Whose the bucket or object is.
  public let owner: Owner
  /// What is given, groups before accounts, as Ceph and its tests have it.
  public let grants: [Grant]

  /// A list.
  public init(owner: Owner, grants: [Grant]) {
    self.owner = owner
    self.grants = grants.filter(\.isForGroup) + grants.filter { !$0.isForGroup }
  }

  /// Whether the list gives `permission` to `principal`.
  public func permits(_ permission: Permission, to principal: PolicyPrincipal) -> Bool {
    grants.contains { grant in
      (grant.permission == permission || grant.permission == .fullControl) && grant.grantee.includes(principal)
    }
  }

  /// Whether the list gives anything to everybody, or to every account.
  public var isPublic: Bool { grants.contains { $0.grantee.isPublic } }

  /// The same list without what it gives the public.
  public var withoutPublicGrants: AccessControlPolicy {
    AccessControlPolicy(owner: owner, grants: grants.filter { !$0.grantee.isPublic })
  }

  /// The same list with every account found.
  ///
  /// - Parameters:
  ///   - account: the account of a canonical id.
  ///   - accountByEmail: the account of a mail address.
  /// - Throws: `InvalidArgument`, `UnresolvableGrantByEmailAddress`.
  public func resolved(
    account: (String) -> Owner?, accountByEmail: (String) -> Owner?
  ) throws(S3Error) -> AccessControlPolicy {
    var resolved: [Grant] = []
    for grant in grants {
      switch grant.grantee {
      case .group: resolved.append(grant)
      case .account(let id, _):
        guard let owner = account(id) else {
          throw .invalidArgument("Invalid id", name: "CanonicalUser/ID", value: id)
        }
        resolved.append(Grant(.account(owner), grant.permission))
      case .email(let address):
        guard let owner = accountByEmail(address) else { throw .unresolvableGrantByEmailAddress(address) }
        resolved.append(Grant(.account(owner), grant.permission))
      }
    }
    return AccessControlPolicy(owner: owner, grants: resolved)
  }

  /// The same list with the names of its accounts.
  ///
  /// - Parameter displayName: the name of the account with a canonical id; nil for one that was removed.
  public func named(_ displayName: (String) -> String?) -> AccessControlPolicy {
    AccessControlPolicy(
      owner: owner,
      grants: grants.map { grant in
        guard case .account(let id, _) = grant.grantee else { return grant }
        return Grant(.account(id: id, displayName: displayName(id)), grant.permission)
      })
  }
}

extension Grant {
  fileprivate var isForGroup: Bool {
    if case .group = grantee { true } else { false }
  }
}
