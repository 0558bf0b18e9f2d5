/// Who makes a request.
public enum PolicyPrincipal: Sendable, Equatable {
  /// Nobody known: the request is not signed.
  case anonymous
  /// The account with that canonical id and name.
  case account(id: String, name: String)
}

/// The principals that a statement of a bucket's policy names.
enum PrincipalPattern: Sendable, Equatable {
  /// Everybody, the anonymous among them.
  case everyone
  /// The accounts that these texts name.
  case named([String])
  /// All but the accounts that these texts name.
  case allBut([String])

  /// The texts that name accounts.
  var names: [String] {
    switch self {
    case .everyone: []
    case .named(let names), .allBut(let names): names
    }
  }

  /// Whether the statement is about `principal`.
  func includes(_ principal: PolicyPrincipal) -> Bool {
    switch self {
    case .everyone: true
    case .named(let names): names.contains { Self.isName($0, of: principal) }
    case .allBut(let names): !names.contains { Self.isName($0, of: principal) }
    }
  }

  /// Whether `text` names the account: by its canonical id, its name, or one of AWS's forms of an account's or user's
  /// ARN. Every account here is its own only user.
  private static func isName(_ text: String, of principal: PolicyPrincipal) -> Bool {
    guard case .account(let id, let name) = principal else { return false }
    func isAccount(_ text: some StringProtocol) -> Bool {
      text.hasSameBytes(as: id) || text.hasSameBytes(as: name)
    }
    if isAccount(text) { return true }
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0...3] == ["arn", "aws", "iam", ""] else { return false }
    let account = parts[4]
    let resource = parts[5]
    if resource == "root" { return isAccount(account) }
    guard resource.hasPrefix("user/"), let user = resource.split(separator: "/").last else { return false }
    return user.hasSameBytes(as: name) && (account.isEmpty || isAccount(account))
  }
}
