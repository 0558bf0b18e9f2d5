/// Who is signed in.
struct Visitor: Equatable, Sendable {
  /// The access key.
  let account: String
  /// Whether it is the operator, who may do everything.
  let isOperator: Bool
  /// The second since 1970 at which the session ends.
  let expires: Int64
  /// What tells the session from all others; empty without one.
  let nonce: String

  /// Nobody.
  static let nobody = Visitor(account: "", isOperator: false, expires: 0, nonce: "")
}

/// Who may use a part of the console.
enum Audience: Sendable {
  /// Anybody: signing in, and out.
  case anybody
  /// Whoever is signed in; what it leads to depends on the account.
  case accounts
  /// The operator.
  case `operator`
}
