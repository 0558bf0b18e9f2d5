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

  /// How many patterns, names and values it has.
  var size: Int {
    (principal?.names.count ?? 0) + actions.patterns.count + resources.patterns.count
      + conditions.reduce(0) { $0 + $1.matchers.count }
  }

  /// Whether the statement is about a request.
  /// - Parameters:
  ///   - action: its name, in any case.
  ///   - arn: that of the resource.
  func applies(
    to principal: PolicyPrincipal, _ action: PatternText, _ arn: PatternText, _ context: PolicyContext
  ) -> Bool {
    if let pattern = self.principal {
      // Each name is parsed for the comparison.
      context.work.spend(pattern.names.reduce(1) { $0 + $1.utf8.count + 16 })
      guard pattern.includes(principal) else { return false }
    }
    guard actions.includes({ $0.matches(action, in: context) }) else { return false }
    guard resources.includes({ $0.matches(arn, in: context) }) else { return false }
    return conditions.allSatisfy { $0.holds(in: context) }
  }
}
