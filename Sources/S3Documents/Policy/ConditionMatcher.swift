import HTTPSemantics

/// One value of a condition, made ready to be compared.
enum ConditionMatcher: Sendable, Equatable {
  /// How two numbers or moments are to stand.
  enum Order: Sendable, Equatable {
    case equal, less, lessOrEqual, greater, greaterOrEqual

    func holds<Value: Comparable>(_ value: Value, _ bound: Value) -> Bool {
      switch self {
      case .equal: value == bound
      case .less: value < bound
      case .lessOrEqual: value <= bound
      case .greater: value > bound
      case .greaterOrEqual: value >= bound
      }
    }
  }

  case text(WildcardPattern)
  case number(Order, Double)
  case moment(Order, Int64)
  case flag(Bool)
  case network(IPNetwork)

  /// Reads a value of a condition with that operator; nil if it is no such value.
  init?(_ text: String, _ base: ConditionOperator.Base) {
    switch base {
    case .stringEquals, .stringNotEquals: self.init(text: WildcardPattern(text, wildcards: false))
    case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
      self.init(text: WildcardPattern(text, wildcards: false, ignoresCase: true))
    case .stringLike, .stringNotLike, .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
      self.init(text: WildcardPattern(text))
    case .numericEquals, .numericNotEquals: self.init(number: text, .equal)
    case .numericLessThan: self.init(number: text, .less)
    case .numericLessThanEquals: self.init(number: text, .lessOrEqual)
    case .numericGreaterThan: self.init(number: text, .greater)
    case .numericGreaterThanEquals: self.init(number: text, .greaterOrEqual)
    case .dateEquals, .dateNotEquals: self.init(moment: text, .equal)
    case .dateLessThan: self.init(moment: text, .less)
    case .dateLessThanEquals: self.init(moment: text, .lessOrEqual)
    case .dateGreaterThan: self.init(moment: text, .greater)
    case .dateGreaterThanEquals: self.init(moment: text, .greaterOrEqual)
    case .bool, .null:
      guard let flag = Self.flag(text) else { return nil }
      self = .flag(flag)
    case .ipAddress, .notIPAddress:
      guard let network = IPNetwork(text) else { return nil }
      self = .network(network)
    }
  }

  /// The longest value that can be a number, a moment or an address.
  private static let longestValue = 64

  /// Whether a value of the request is what the condition's value stands for.
  /// - Parameter text: the value as patterns are held against it.
  func matches(_ value: String, _ text: PatternText, _ context: PolicyContext) -> Bool {
    if case .text(let pattern) = self { return pattern.matches(text, in: context) }
    context.work.spend(Self.longestValue)
    return value.utf8.count <= Self.longestValue && matches(value)
  }

  private func matches(_ value: String) -> Bool {
    switch self {
    case .text: false
    case .number(let order, let bound): Self.number(value).map { order.holds($0, bound) } ?? false
    case .moment(let order, let bound): Self.moment(value).map { order.holds($0, bound) } ?? false
    case .flag(let flag): Self.flag(value) == flag
    case .network(let network): IPNetwork.address(value).map(network.contains) ?? false
    }
  }

  private init?(text pattern: WildcardPattern?) {
    guard let pattern else { return nil }
    self = .text(pattern)
  }

  private init?(number text: String, _ order: Order) {
    guard let number = Self.number(text) else { return nil }
    self = .number(order, number)
  }

  private init?(moment text: String, _ order: Order) {
    guard let moment = Self.moment(text) else { return nil }
    self = .moment(order, moment)
  }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// A date of RFC 3339, a day, or seconds since 1970.
  private static func moment(_ text: String) -> Int64? {
    if let seconds = text.decimalNumber { return Int64(exactly: seconds) }
    return RFC3339.parse(text) ?? RFC3339.parse(text + "T00:00:00Z")
  }

  private static func flag(_ text: String) -> Bool? {
    switch text.asciiLowercased {
    case "true": true
    case "false": false
    default: nil
    }
  }
}
