internal import HTTPSemantics
internal import WebService

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

extension Audience {
  private static let session = Credential(
    "session", .cookie(SessionCookie.name(isSecure: false)),
    "The cookie of a session; over TLS its name is \(SessionCookie.name(isSecure: true)).")
  private static let proof = Credential(
    "proof", .field("X-Vitrine-Console"), "The proof that came with the sign-in; any value where there is no session.")

  /// What a request has to show.
  func credentials(for method: HTTPMethod) -> [[Credential]] {
    switch self {
    case .anybody: method == .get ? [] : [[Self.proof]]
    case .accounts, .operator: [[Self.session, Self.proof]]
    }
  }

  /// How one that does not is refused.
  var refusals: [ConsoleProblem.Code] {
    switch self {
    case .anybody: [.crossSite]
    case .accounts: [.crossSite, .signInRequired]
    case .operator: [.crossSite, .signInRequired, .notPermitted]
    }
  }
}
