internal import S3Documents

/// An access control list as it is kept: by its name, or grant by grant, such as
/// `READ=everybody,FULL_CONTROL=<canonical id>`.
extension AccessControlFields {
  /// Reads what `kept` gave; anything else is private.
  init(kept text: String) {
    if let canned = CannedACL(rawValue: text) {
      self = .canned(canned)
    } else {
      self = .grants(text.split(separator: ",").compactMap { Grant(kept: $0) })
    }
  }

  /// The text by which the list is kept.
  var kept: String {
    switch self {
    case .canned(let canned): canned.rawValue
    // An empty list is none that has a name.
    case .grants(let grants): grants.isEmpty ? "," : grants.compactMap(\.kept).joined(separator: ",")
    }
  }
}

extension Grant {
  fileprivate init?(kept text: Substring) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let permission = Permission(rawValue: String(parts[0])) else { return nil }
    let grantee: Grantee =
      switch parts[1] {
      case "everybody": .group(.allUsers)
      case "authenticated": .group(.authenticatedUsers)
      case "log-delivery": .group(.logDelivery)
      default: .account(id: String(parts[1]), displayName: nil)
      }
    self.init(grantee, permission)
  }

  /// Nil for a mail address, which is never kept: the account is found first.
  fileprivate var kept: String? {
    let whom: String? =
      switch grantee {
      case .group(.allUsers): "everybody"
      case .group(.authenticatedUsers): "authenticated"
      case .group(.logDelivery): "log-delivery"
      case .account(let id, _): id
      case .email: nil
      }
    return whom.map { "\(permission.rawValue)=\($0)" }
  }
}
