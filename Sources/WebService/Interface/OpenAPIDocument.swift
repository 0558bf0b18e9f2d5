public import HTTPSemantics

/// The description of an interface (OpenAPI 3.1), made of the lines of a route table.
public struct OpenAPIDocument: Sendable {
  private let title: String
  private let version: String
  private let description: String
  private let routes: [RouteSignature]
  private let absent: Set<String>

  /// - Parameters:
  ///   - version: of the program.
  ///   - absent: the credentials that this server does not ask for, by name.
  public init(
    title: String, version: String, description: String, routes: [RouteSignature], without absent: Set<String> = []
  ) {
    self.title = title
    self.version = version
    self.description = description
    self.routes = routes
    self.absent = absent
  }

  /// The document.
  public var json: JSONValue {
    [
      "openapi": "3.1.0",
      "info": ["title": .string(title), "version": .string(version), "description": .string(description)],
      "servers": [["url": "/"]],
      "paths": .object(paths),
      "components": ["schemas": .object(schemas), "securitySchemes": .object(securitySchemes)],
    ]
  }

  /// The patterns in the order of the table, each with its methods.
  private var paths: [JSONValue.Member] {
    var order: [String] = []
    var items: [String: [JSONValue.Member]] = [:]
    for route in routes {
      let pattern = route.pattern.description
      if items[pattern] == nil { order.append(pattern) }
      // HEAD goes with GET (RFC 9110, section 9.3.2).
      for method in route.methods where method != .head {
        items[pattern, default: []].append(
          .init(name: method.rawValue.lowercased(), value: operation(route, method)))
      }
    }
    return order.map { .init(name: $0, value: .object(items[$0] ?? [])) }
  }

  private func operation(_ route: RouteSignature, _ method: HTTPMethod) -> JSONValue {
    let operation = route.operation
    // One line may have several methods, and an identifier stands once.
    let suffix = method == route.methods.first ? "" : "By" + method.rawValue.capitalizedASCII
    var members: [JSONValue.Member] = [
      .init(name: "operationId", value: .string(operation.identifier + suffix)),
      .init(name: "summary", value: .string(operation.summary)),
      .init(name: "parameters", value: .array(operation.parameters.map(\.json))),
    ]
    if let content = operation.content { members.append(.init(name: "requestBody", value: content.json)) }
    members.append(.init(name: "responses", value: .object(responses(of: route, method))))
    members.append(.init(name: "security", value: .array(alternatives(operation).map(requirement))))
    return .object(members)
  }

  /// The sets of credentials that are in force.
  private func alternatives(_ operation: Operation) -> [[Credential]] {
    operation.credentials.filter { !$0.contains { absent.contains($0.name) } }
  }

  private func requirement(_ credentials: [Credential]) -> JSONValue {
    .object(credentials.map { .init(name: $0.name, value: []) })
  }

  private func responses(of route: RouteSignature, _ method: HTTPMethod) -> [JSONValue.Member] {
    let operation = route.operation
    let answers = operation.answers.map { answer in
      JSONValue.Member(
        name: String(answer.status.code),
        value: [
          "description": .string(answer.description),
          "content": .object(
            answer.contents.map { .init(name: $0.type, value: $0.schema.map { ["schema": $0.json] } ?? [:]) }),
        ])
    }
    var codes: [Int: [String]] = [:]
    let ofChanges = route.isChange(method) ? [Refusal(.readOnly)] : []
    for refusal in operation.refusals + Refusal.ofEveryRoute + ofChanges {
      let code = refusal.status.code
      if codes[code]?.contains(refusal.code) != true { codes[code, default: []].append(refusal.code) }
    }
    let isAnswered = Set(operation.answers.map(\.status.code))
    return answers
      + codes.sorted { $0.key < $1.key }.filter { !isAnswered.contains($0.key) }.map { status, codes in
        .init(name: String(status), value: Self.refusal(status, codes))
      }
  }

  private static func refusal(_ status: Int, _ codes: [String]) -> JSONValue {
    let problem: JSONValue = [
      "allOf": [
        ["$ref": "#/components/schemas/Problem"],
        ["properties": ["code": ["enum": .array(codes.map { .string($0) })]]],
      ]
    ]
    return [
      "description": .string(codes.joined(separator: ", ")),
      "content": ["application/problem+json": ["schema": problem], "text/html": [:]],
    ]
  }

  private var schemas: [JSONValue.Member] {
    var all = Problem.shape.schema.components
    for operation in routes.map(\.operation) {
      all.merge(operation.content?.components ?? [:]) { first, _ in first }
      for content in operation.answers.flatMap(\.contents) {
        all.merge(content.schema?.components ?? [:]) { first, _ in first }
      }
    }
    return all.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value.json) }
  }

  private var securitySchemes: [JSONValue.Member] {
    var all: [String: JSONValue] = [:]
    for credential in routes.flatMap({ alternatives($0.operation).joined() }) { all[credential.name] = credential.json }
    return all.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) }
  }
}

extension String {
  /// `POST` as `Post`.
  fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
