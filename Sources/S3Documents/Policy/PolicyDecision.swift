/// What a policy says of a request.
public enum PolicyDecision: Sendable, Equatable {
  /// A statement allows it, and none denies it.
  case allow
  /// A statement denies it.
  case deny
  /// No statement is about it.
  case none
}

extension PolicyDocument {
  /// Whether `principal` may do `action` on `resource`. A denial goes before all that allows.
  public func decide(
    _ principal: PolicyPrincipal, _ action: S3Action, on resource: PolicyResource, _ context: PolicyContext
  ) -> PolicyDecision {
    let arn = resource.arn
    var decision = PolicyDecision.none
    for statement in statements where statement.applies(to: principal, action, arn, context) {
      if statement.effect == .deny { return .deny }
      decision = .allow
    }
    return decision
  }
}
