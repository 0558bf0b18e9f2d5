/// How a condition compares: an operator of AWS's policy language, with its prefix and suffix.
struct ConditionOperator: Sendable, Equatable {
  /// What is compared. The raw value is the operator's name.
  enum Base: String, Sendable {
    case stringEquals = "StringEquals"
    case stringNotEquals = "StringNotEquals"
    case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
    case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
    case stringLike = "StringLike"
    case stringNotLike = "StringNotLike"
    case numericEquals = "NumericEquals"
    case numericNotEquals = "NumericNotEquals"
    case numericLessThan = "NumericLessThan"
    case numericLessThanEquals = "NumericLessThanEquals"
    case numericGreaterThan = "NumericGreaterThan"
    case numericGreaterThanEquals = "NumericGreaterThanEquals"
    case dateEquals = "DateEquals"
    case dateNotEquals = "DateNotEquals"
    case dateLessThan = "DateLessThan"
    case dateLessThanEquals = "DateLessThanEquals"
    case dateGreaterThan = "DateGreaterThan"
    case dateGreaterThanEquals = "DateGreaterThanEquals"
    case bool = "Bool"
    case ipAddress = "IpAddress"
    case notIPAddress = "NotIpAddress"
    case arnEquals = "ArnEquals"
    case arnNotEquals = "ArnNotEquals"
    case arnLike = "ArnLike"
    case arnNotLike = "ArnNotLike"
    case null = "Null"
  }

  /// Which of several values of a key must hold.
  enum Quantifier: Sendable, Equatable {
    /// The key has one value.
    case single
    /// `ForAllValues:`
    case all
    /// `ForAnyValue:`
    case any
  }

  let base: Base
  let quantifier: Quantifier
  /// Whether the condition holds where the key has no value: the suffix `IfExists`.
  let holdsIfMissing: Bool

  /// Reads an operator's name; nil if no operator has it.
  init?(_ name: String) {
    var rest = Substring(name)
    if rest.hasPrefix("ForAllValues:") {
      quantifier = .all
      rest = rest.dropFirst("ForAllValues:".count)
    } else if rest.hasPrefix("ForAnyValue:") {
      quantifier = .any
      rest = rest.dropFirst("ForAnyValue:".count)
    } else {
      quantifier = .single
    }
    holdsIfMissing = rest.hasSuffix("IfExists")
    if holdsIfMissing { rest = rest.dropLast("IfExists".count) }
    guard let base = Base(rawValue: String(rest)), !(base == .null && holdsIfMissing) else { return nil }
    self.base = base
  }

  /// Whether A–Z are taken for a–z.
  var ignoresCase: Bool { base == .stringEqualsIgnoreCase || base == .stringNotEqualsIgnoreCase }

  /// Whether it holds for what matches none of the condition's values.
  var isNegated: Bool {
    switch base {
    case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals, .dateNotEquals,
      .notIPAddress, .arnNotEquals, .arnNotLike:
      true
    default: false
    }
  }
}
