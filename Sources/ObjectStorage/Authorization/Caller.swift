internal import Digests
internal import HTTPSemantics
internal import S3Documents

/// Who sends a request.
enum Caller: Equatable, Sendable {
  /// Nobody signed it.
  case anonymous
  /// An account, by the name of its key; with the policy that narrows or widens what it may do.
  case account(name: String, policy: StoredPolicy?)
  /// The operator, by the name of the root key: may do everything.
  case root(name: String)

  /// The account's name; nil for nobody.
  var name: String? {
    switch self {
    case .anonymous: nil
    case .account(let name, _), .root(let name): name
    }
  }

  /// The policy of the account, if it has one.
  var policy: StoredPolicy? { if case .account(_, let policy) = self { policy } else { nil } }

  /// Whether it is the operator.
  var isRoot: Bool { if case .root = self { true } else { false } }

  /// As policies and access control lists know it.
  var principal: PolicyPrincipal {
    name.map { .account(id: Owner(account: $0).id, name: $0) } ?? .anonymous
  }
}

extension Owner {
  /// The account of a key's name. Its canonical user id is 64 hexadecimal digits, as S3 has it.
  init(account name: String) {
    self.init(
      id: Hexadecimal.encode(SHA256.digest(of: Array("vitrine account \(name)".utf8))), displayName: name)
  }
}
