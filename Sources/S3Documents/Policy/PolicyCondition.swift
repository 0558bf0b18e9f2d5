/// One condition of a statement: an operator, a key, and the values of which one is enough.
struct PolicyCondition: Sendable, Equatable {
  let comparison: ConditionOperator
  let key: ConditionKey
  let matchers: [ConditionMatcher]

  /// Whether the condition holds for a request.
  func holds(in context: PolicyContext) -> Bool {
    let values = context[key]
    if comparison.base == .null { return matchers.contains(.flag(values.isEmpty)) }
    if values.isEmpty {
      if comparison.holdsIfMissing { return true }
      switch comparison.quantifier {
      case .single: return comparison.isNegated
      case .all: return true
      case .any: return false
      }
    }
    switch comparison.quantifier {
    case .any: return values.contains { holds(for: $0, context) }
    case .all: return values.allSatisfy { holds(for: $0, context) }
    // A key that ought to have one value and has more holds if the condition does for any, or, negated, for all.
    case .single:
      let hold = values.map { holds(for: $0, context) }
      return comparison.isNegated ? !hold.contains(false) : hold.contains(true)
    }
  }

  private func holds(for value: String, _ context: PolicyContext) -> Bool {
    let text = PatternText(value.utf8, ignoresCase: comparison.ignoresCase)
    context.work.spend(text.characters.count + 1)
    return matchers.contains { $0.matches(value, text, context) } != comparison.isNegated
  }
}
