internal import S3Documents

/// An access control list as it is stored: by its name, or grant by grant, such as
/// `READ=everybody,FULL_CONTROL=<canonical id>`.
extension AccessControlFields {
  /// Reads what `stored` gave; anything else is private.
  init(stored text: String) {
    if let canned = CannedACL(rawValue: text) {
      self = .canned(canned)
    } else {
      self = .grants(text.split(separator: ",").compactMap { Grant(stored: $0) })
    }
  }

  /// The text by which the list is stored.
  var stored: String {
    switch self {
    case .canned(let canned): canned.rawValue
    // An empty list is none that has a name.
    case .grants(let grants): grants.isEmpty ? "," : grants.compactMap(\.stored).joined(separator: ",")
    }
  }
}

extension Grant {
  fileprivate init?(stored text: Substring) {
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

  /// Nil for a mail address, which is never stored: the account is found first.
  fileprivate var stored: String? {
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
