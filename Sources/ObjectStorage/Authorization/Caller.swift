internal import Digests

/// Who sends a request.
enum Caller: Equatable, Sendable {
  /// Nobody signed it.
  case anonymous
  /// An account, by the name of its key; with the policy that narrows or widens it.
  case account(name: String, policy: String?)
  /// The operator, by the name of the root key: may do everything.
  case root(name: String)

  /// The account's name; nil for nobody.
  var name: String? {
    switch self {
    case .anonymous: nil
    case .account(let name, _), .root(let name): name
    }
  }

  /// Whether it is the operator.
  var isRoot: Bool { if case .root = self { true } else { false } }

  /// What S3 calls the canonical user id of an account: 64 hexadecimal digits.
  static func canonicalID(_ name: String) -> String {
    Hexadecimal.encode(SHA256.digest(of: Array("vitrine account \(name)".utf8)))
  }
}
