internal import EventLoop
public import HTTPSemantics

/// A path with places that capture: `/api/images/{name}`. Segments are compared after decoding; a last slash counts.
public struct RoutePattern: Sendable, CustomStringConvertible {
  private enum Segment: Sendable {
    case literal([UInt8])
    case capture(String)
  }

  /// The text that it was made from.
  public let description: String
  private let segments: [Segment]

  /// Reads a pattern.
  public init(_ text: String) {
    description = text
    segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { segment in
      segment.hasPrefix("{") && segment.hasSuffix("}")
        ? .capture(String(segment.dropFirst().dropLast())) : .literal(Array(segment.utf8))
    }
  }

  /// The names of its places.
  var captures: Set<String> {
    Set(
      segments.compactMap { segment in
        if case .capture(let name) = segment { name } else { nil }
      })
  }

  /// How many segments a path of the pattern has.
  var segmentCount: Int { segments.count }

  /// What the places hold where the path is one of the pattern; nil where it is not. A captured segment is not empty
  /// and is UTF-8.
  func match(_ path: [[UInt8]]) -> [String: String]? {
    guard path.count == segments.count else { return nil }
    var captures: [String: String] = [:]
    for index in segments.indices {
      switch segments[index] {
      case .literal(let bytes):
        guard bytes == path[index] else { return nil }
      case .capture(let name):
        guard !path[index].isEmpty, let text = String(validating: path[index], as: UTF8.self) else { return nil }
        captures[name] = text
      }
    }
    return captures
  }
}

/// What a line of the route table says without its handler.
public struct RouteSignature: Sendable {
  /// The methods; HEAD goes with GET.
  public let methods: [HTTPMethod]
  /// The path.
  public let pattern: RoutePattern
  /// The name under which the metrics count it.
  public let name: String
  /// What it says of itself.
  public let operation: Operation
  private let isChange: Bool?

  init(_ methods: [HTTPMethod], _ pattern: String, _ name: String, _ operation: Operation, isChange: Bool? = nil) {
    self.methods = methods.contains(.get) ? methods + [.head] : methods
    self.pattern = RoutePattern(pattern)
    self.name = name
    self.operation = operation
    self.isChange = isChange
    precondition(self.pattern.captures == operation.pathParameters, "\(pattern) declares other places than it has")
  }

  /// Whether a request with this method changes what is stored.
  func isChange(_ method: HTTPMethod) -> Bool { isChange ?? ![.get, .head, .options].contains(method) }
}

/// One line of a service's route table, before there is a service: the table can be read without starting anything.
public struct ServiceRoute<Service: Sendable>: Sendable {
  /// Answers a request. What it throws is reported to the client.
  public typealias Handler = @EventLoopActor @Sendable (Service, Exchange) async throws(Problem) -> Void

  /// Methods, path, name, and what the route says of itself.
  public let signature: RouteSignature
  private let handler: Handler

  /// A line of the table.
  /// - Parameter isChange: whether it changes what is stored; nil for what the method of a request says.
  public init(
    _ methods: [HTTPMethod], _ pattern: String, _ name: String, _ operation: Operation, isChange: Bool? = nil,
    _ handler: @escaping Handler
  ) {
    signature = RouteSignature(methods, pattern, name, operation, isChange: isChange)
    self.handler = handler
  }

  /// The line of a running service.
  public func bound(to service: Service) -> Route {
    let handler = self.handler
    return Route(signature: signature) { (exchange) async throws(Problem) in try await handler(service, exchange) }
  }
}

/// One line of the route table.
public struct Route: Sendable {
  /// Methods, path and name.
  public let signature: RouteSignature
  let handler: @EventLoopActor @Sendable (Exchange) async throws(Problem) -> Void
}
