/// One statement of a policy.
struct PolicyStatement: Sendable, Equatable {
  /// What becomes of the requests that it is about.
  enum Effect: String, Sendable {
    case allow = "Allow"
    case deny = "Deny"
  }

  /// Some of all things of a kind.
  enum Selection: Sendable, Equatable {
    /// Those that a pattern matches.
    case only([WildcardPattern])
    /// Those that no pattern matches.
    case allBut([WildcardPattern])

    var patterns: [WildcardPattern] {
      switch self {
      case .only(let patterns), .allBut(let patterns): patterns
      }
    }

    func includes(_ isMatch: (WildcardPattern) -> Bool) -> Bool {
      switch self {
      case .only(let patterns): patterns.contains(where: isMatch)
      case .allBut(let patterns): !patterns.contains(where: isMatch)
      }
    }
  }

  let effect: Effect
  /// Nil in the policy of an account, which is about that account.
  let principal: PrincipalPattern?
  let actions: Selection
  let resources: Selection
  let conditions: [PolicyCondition]

  /// Whether the statement is about a request.
  func applies(
    to principal: PolicyPrincipal, _ action: S3Action, _ arn: [UInt8], _ context: PolicyContext
  ) -> Bool {
    guard self.principal?.includes(principal) ?? true else { return false }
    guard actions.includes({ $0.matches(action.policyName.utf8, ignoresCase: true) }) else { return false }
    guard resources.includes({ $0.resolved(context)?.matches(arn) ?? false }) else { return false }
    return conditions.allSatisfy { $0.holds(in: context) }
  }
}
