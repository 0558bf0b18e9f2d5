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
  /// Whether `principal` may do `action` on `resource`. A denial goes before all that allows. Where it costs more to find
  /// out than the context's work may, the answer is a denial.
  public func decide(
    _ principal: PolicyPrincipal, _ action: S3Action, on resource: PolicyResource, _ context: PolicyContext
  ) -> PolicyDecision {
    guard !context.work.isExhausted else { return .deny }
    let arn = PatternText(resource.arn)
    let name = PatternText(action.policyName.utf8, ignoresCase: true)
    context.work.spend(arn.characters.count + name.characters.count)
    var decision = PolicyDecision.none
    for statement in statements {
      let applies = statement.applies(to: principal, name, arn, context)
      guard !context.work.isExhausted else { return .deny }
      guard applies else { continue }
      if statement.effect == .deny { return .deny }
      decision = .allow
    }
    return decision
  }

  /// About how many steps a decision takes at the most.
  public func mostSteps(on resource: PolicyResource, _ context: PolicyContext) -> Int {
    2 * size.bytes + 2 * size.patterns * (resource.arn.count + context.length)
  }
}
