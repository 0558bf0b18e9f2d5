internal import EventLoop
internal import HTTPSemantics

/// `/api/openapi.json`: the description of the interface, for programs.
public struct DocumentRoute: Sendable {
  private let document: @Sendable () -> OpenAPIDocument

  /// - Parameter document: of all routes that the web server has beside this one; made when it is asked for.
  public init(_ document: @escaping @Sendable () -> OpenAPIDocument) {
    self.document = document
  }

  /// What the route says of itself, and of the console's.
  public static let operation = Operation(
    "describeInterface", "This description: OpenAPI 3.1, made of the routes that the program has",
    answers: [.json(.anything, "The document.")])

  /// The route.
  public static let table: [ServiceRoute<DocumentRoute>] = [
    ServiceRoute([.get], "/api/openapi.json", "openapi", operation) { (service, exchange) async throws(Problem) in
      await exchange.respond(service.document().response)
    }
  ]
}

extension OpenAPIDocument {
  /// The answer that is the document.
  public var response: WebResponse {
    var response = WebResponse(status: .ok, json: json)
    response.fields.set("Cache-Control", "no-cache")
    return response
  }
}
