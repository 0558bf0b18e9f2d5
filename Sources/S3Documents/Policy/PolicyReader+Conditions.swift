import HTTPSemantics

/// The conditions of a statement.
extension PolicyReader {
  func conditions(_ json: JSONValue?) throws(S3Error) -> [PolicyCondition] {
    guard let json else { return [] }
    guard case .object(let operators) = json else { throw .malformedPolicy("Condition must be an object") }
    var conditions: [PolicyCondition] = []
    for member in operators {
      guard let comparison = ConditionOperator(member.name) else {
        throw .malformedPolicy("Invalid Condition type : \(member.name)")
      }
      guard case .object(let keys) = member.value else { throw .malformedPolicy("Condition must be an object") }
      for key in keys { conditions.append(try condition(comparison, key)) }
    }
    return conditions
  }

  private func condition(
    _ comparison: ConditionOperator, _ member: JSONValue.Member
  ) throws(S3Error) -> PolicyCondition {
    let key = ConditionKey(member.name)
    guard key.isKnown else { throw .malformedPolicy("Policy has an invalid condition key") }
    var matchers: [ConditionMatcher] = []
    for text in try texts(member.value, member.name) {
      guard let matcher = ConditionMatcher(text, comparison.base) else {
        throw .malformedPolicy("Invalid value of condition \(member.name)")
      }
      matchers.append(matcher)
    }
    return PolicyCondition(comparison: comparison, key: key, matchers: matchers)
  }
}
