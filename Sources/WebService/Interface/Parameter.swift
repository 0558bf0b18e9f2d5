internal import HTTPSemantics

/// A parameter of an address or a field of a form: what the interface says of it, and what requests are checked by.
public struct ParameterDeclaration: Sendable {
  /// Where it stands.
  public enum Location: String, Sendable {
    /// A place in the path.
    case path
    /// The query, or a form.
    case query
  }

  /// Its name.
  public let name: String
  let location: Location
  let description: String
  let schema: Schema
  /// What is said where it is missing; nil where it may be missing.
  let missing: ProblemDetail?
  let isRepeatable: Bool
  let refusal: @Sendable (String) -> ProblemDetail?

  /// The object that OpenAPI describes a parameter by.
  var json: JSONValue {
    .object([
      .init(name: "name", value: .string(name)), .init(name: "in", value: .string(location.rawValue)),
      .init(name: "description", value: .string(description)),
      .init(name: "required", value: .bool(location == .path || missing != nil)),
      .init(name: "schema", value: (isRepeatable ? Schema.list(of: schema) : schema).json),
    ])
  }
}

/// A parameter with the type that handlers read it as.
public struct Parameter<Value: Sendable>: Sendable {
  /// All but its type.
  public let declaration: ParameterDeclaration
  let read: @Sendable (String) -> Value?

  /// - Parameters:
  ///   - schema: which texts it may be: those that `read` takes, and no others.
  ///   - refusal: what is said of any other.
  ///   - missing: what is said where it is not there; nil where it may be left out.
  ///   - isRepeatable: whether it may stand more than once.
  ///   - read: nil for a text that it may not be.
  public init(
    _ name: String, in location: ParameterDeclaration.Location = .query, _ schema: Schema, _ description: String,
    refusal: ProblemDetail? = nil, missing: ProblemDetail? = nil, isRepeatable: Bool = false,
    _ read: @escaping @Sendable (String) -> Value?
  ) {
    self.read = read
    declaration = ParameterDeclaration(
      name: name, location: location, description: description, schema: schema, missing: missing,
      isRepeatable: isRepeatable
    ) { text in
      read(text) == nil ? refusal ?? .parameterValue(name: name) : nil
    }
  }
}

extension Parameter {
  /// Reads a text, such as a field of a form.
  /// - Throws: `malformed-request` for one that it may not be.
  public func reading(_ text: String) throws(Problem) -> Value {
    guard let value = read(text) else {
      throw Problem(.malformedRequest, declaration.refusal(text) ?? .parameterValue(name: declaration.name))
    }
    return value
  }
}

extension Parameter where Value == Int {
  /// A whole number within bounds, as digits.
  public static func number(
    _ name: String, _ range: ClosedRange<Int>, _ description: String, refusal: ProblemDetail? = nil
  ) -> Parameter {
    Parameter(name, .number(from: Int64(range.lowerBound), to: Int64(range.upperBound)), description, refusal: refusal)
    {
      // As JSON writes it: neither a sign nor zeros in front.
      guard let number = Int($0), String(number) == $0, range.contains(number) else { return nil }
      return number
    }
  }
}

extension Parameter where Value == String {
  /// Any text.
  public static func text(
    _ name: String, in location: ParameterDeclaration.Location = .query, _ description: String, schema: Schema = .text,
    missing: ProblemDetail? = nil, isRepeatable: Bool = false
  ) -> Parameter {
    Parameter(name, in: location, schema, description, missing: missing, isRepeatable: isRepeatable) { $0 }
  }
}

extension Exchange {
  /// The value of a parameter; nil where it is not there.
  ///
  /// It was checked before the handler began: a value that cannot be read, and a parameter that the route does not declare,
  /// never get here.
  public func value<Value>(_ parameter: Parameter<Value>) -> Value? { values(parameter).first }

  /// Every value of a parameter that may stand more than once.
  public func values<Value>(_ parameter: Parameter<Value>) -> [Value] {
    let name = parameter.declaration.name
    switch parameter.declaration.location {
    case .path: return captures[name].flatMap(parameter.read).map { [$0] } ?? []
    case .query: return request.target.query.all(name).compactMap(parameter.read)
    }
  }
}
