internal import HTTPSemantics
internal import S3Documents

/// One condition of a statement: an operator, a key, and the values of which one has to fit.
struct PolicyCondition: Equatable, Sendable {
  enum Operator: Equatable, Sendable {
    case stringEquals(ignoringCase: Bool)
    case stringLike
    case bool
    case null
    case address
    case number(NumberComparison)
  }

  enum NumberComparison: String, Sendable {
    case equals = "Equals"
    case lessThan = "LessThan"
    case lessThanEquals = "LessThanEquals"
    case greaterThan = "GreaterThan"
    case greaterThanEquals = "GreaterThanEquals"
  }

  let comparison: Operator
  let isNegated: Bool
  /// Whether it holds where the request says nothing of the key.
  let isOptional: Bool
  /// In lower case.
  let key: String
  let values: [String]

  /// Reads the `Condition` of a statement.
  static func read(_ json: JSONValue?) throws(S3Error) -> [PolicyCondition] {
    guard let json else { return [] }
    guard case .object(let operators) = json else { throw .malformedPolicy("Invalid condition") }
    var conditions: [PolicyCondition] = []
    for entry in operators {
      guard case .object(let keys) = entry.value else { throw .malformedPolicy("Invalid condition") }
      for key in keys {
        guard let values = texts(key.value) else { throw .malformedPolicy("Invalid condition value") }
        conditions.append(try PolicyCondition(entry.name, key.name, values))
      }
    }
    return conditions
  }

  private static func texts(_ json: JSONValue) -> [String]? {
    let list = json.arrayValue ?? [json]
    let texts = list.compactMap { value -> String? in
      switch value {
      case .bool(let flag): flag ? "true" : "false"
      default: value.stringValue ?? value.intValue.map { String($0) }
      }
    }
    return texts.count == list.count ? texts : nil
  }

  private init(_ name: String, _ key: String, _ values: [String]) throws(S3Error) {
    var name = name[...]
    for prefix in ["ForAnyValue:", "ForAllValues:"] { name = name.dropping(prefix: prefix) ?? name }
    isOptional = name.hasSuffix("IfExists")
    if isOptional { name = name.dropLast("IfExists".count) }
    isNegated = name.contains("Not")
    switch name {
    case "StringEquals", "StringNotEquals", "ArnEquals", "ArnNotEquals": comparison = .stringEquals(ignoringCase: false)
    case "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase": comparison = .stringEquals(ignoringCase: true)
    case "StringLike", "StringNotLike", "ArnLike", "ArnNotLike": comparison = .stringLike
    case "Bool": comparison = .bool
    case "Null": comparison = .null
    case "IpAddress", "NotIpAddress": comparison = .address
    default:
      let rest = name.dropping(prefix: "Numeric").map { $0.replacing("Not", with: "") }
      guard let rest, let number = NumberComparison(rawValue: String(rest)) else {
        throw .malformedPolicy("Invalid condition operator \(name)")
      }
      comparison = .number(number)
    }
    self.key = key.lowercased()
    self.values = values
  }

  func holds(_ context: [String: String]) -> Bool {
    let actual = context[key]
    if comparison == .null { return values.contains(actual == nil ? "true" : "false") }
    guard let actual else { return isOptional || isNegated }
    return values.contains { matches(actual, $0) } != isNegated
  }

  private func matches(_ actual: String, _ value: String) -> Bool {
    switch comparison {
    case .stringEquals(let ignoringCase):
      ignoringCase ? actual.lowercased() == value.lowercased() : actual == value
    case .stringLike: WildcardPattern(value).matches(actual)
    case .bool: actual.lowercased() == value.lowercased()
    case .null: false
    case .address: AddressRange(value)?.contains(actual) ?? false
    case .number(let comparison):
      if let left = Int64(actual), let right = Int64(value) {
        switch comparison {
        case .equals: left == right
        case .lessThan: left < right
        case .lessThanEquals: left <= right
        case .greaterThan: left > right
        case .greaterThanEquals: left >= right
        }
      } else {
        false
      }
    }
  }
}
