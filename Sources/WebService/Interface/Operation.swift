internal import HTTPSemantics

/// What a route says of itself: its parameters, its body, its answers. Requests are checked by it before the handler sees
/// them, and the OpenAPI document is made of it.
public struct Operation: Sendable {
  let identifier: String
  let summary: String
  let parameters: [ParameterDeclaration]
  /// What the body may be; nil for none.
  public let content: RequestContent?
  let answers: [Answer]
  let refusals: [Refusal]
  /// Each of these sets lets a request in; without any, it needs none.
  let credentials: [[Credential]]
  let strictness: Strictness

  /// What becomes of parameters that the route does not declare.
  public enum Strictness: Sendable {
    /// They are refused: a program that misspells one is told.
    case strict
    /// They are ignored, and an empty value is none: to links that people pass on, other sites add parameters of their own,
    /// and forms without a script send fields that were left empty.
    case lenient
  }

  /// - Parameters:
  ///   - identifier: what a program calls the operation, such as `listPictures`.
  ///   - refusals: those beside the ones that every route may give.
  public init(
    _ identifier: String, _ summary: String, parameters: [ParameterDeclaration] = [], content: RequestContent? = nil,
    answers: [Answer], refusing refusals: [Refusal], credentials: [[Credential]] = [],
    _ strictness: Strictness = .strict
  ) {
    self.identifier = identifier
    self.summary = summary
    self.parameters = parameters
    self.content = content
    self.answers = answers
    self.refusals = refusals
    self.credentials = credentials
    self.strictness = strictness
  }

  /// The same, with refusals of the usual codes.
  public init(
    _ identifier: String, _ summary: String, parameters: [ParameterDeclaration] = [], content: RequestContent? = nil,
    answers: [Answer], refusing codes: [ProblemCode] = [], credentials: [[Credential]] = [],
    _ strictness: Strictness = .strict
  ) {
    self.init(
      identifier, summary, parameters: parameters, content: content, answers: answers,
      refusing: codes.map { Refusal($0) }, credentials: credentials, strictness)
  }

  /// Whether the route says that it may answer so.
  func declares(_ status: HTTPStatus) -> Bool {
    answers.contains { $0.status == status } || (refusals + Refusal.ofEveryRoute).contains { $0.status == status }
  }

  /// The names of the places in the path.
  var pathParameters: Set<String> { Set(parameters.filter { $0.location == .path }.map(\.name)) }

  /// Checks the parameters of a query.
  /// - Throws: `malformed-request` for one that is unknown, stands twice, is missing, or has a value that it may not have.
  func check(_ query: QueryParameters) throws(Problem) {
    let known = parameters.filter { $0.location == .query }
    let names = known.map(\.name) + credentials.joined().compactMap(\.queryParameter)
    if case .strict = strictness, let unknown = query.names.first(where: { !names.contains($0) }) {
      throw Problem(.malformedRequest, .unknownParameter(name: unknown, known: names))
    }
    if let name = query.firstRepeated(except: Set(known.filter(\.isRepeatable).map(\.name))) {
      throw Problem(.malformedRequest, .repeated(name: name))
    }
    for parameter in known {
      let values = query.texts(of: parameter.name)
      if values.isEmpty, let missing = parameter.missing { throw Problem(.malformedRequest, missing) }
      for value in values {
        if case .lenient = strictness, value?.isEmpty == true { continue }
        let refusal = value.map(parameter.refusal) ?? .parameterValue(name: parameter.name)
        if let refusal { throw Problem(.malformedRequest, refusal) }
      }
    }
  }
}

extension QueryParameters {
  /// The names, in order; what is no UTF-8 shown as well as it can be.
  fileprivate var names: [String] { parameters.map { String(decoding: $0.name, as: UTF8.self) } }

  /// Every value of a parameter; nil for one that is no UTF-8.
  fileprivate func texts(of name: String) -> [String?] {
    parameters.filter { $0.name.elementsEqual(name.utf8) }.map { String(validating: $0.value, as: UTF8.self) }
  }
}
