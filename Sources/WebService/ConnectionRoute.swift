internal import EventLoop
internal import HTTPSemantics

/// `/api/connection`: what the program sees of whoever asks, so that `vitrine check --url` can compare it with what was
/// sent. It tells nobody anything but what they have sent themselves.
public struct ConnectionRoute: Sendable {
  /// The service.
  public init() {}

  /// The route.
  public static let table: [ServiceRoute<ConnectionRoute>] = [
    ServiceRoute([.get, .post], "/api/connection", "connection") { (_, exchange) async throws(Problem) in
      var response = WebResponse(status: .ok, json: metadata(of: exchange))
      response.fields.set("Cache-Control", "no-store")
      await exchange.respond(response)
    }
  ]

  @EventLoopActor
  private static func metadata(of exchange: Exchange) -> JSONValue {
    let request = exchange.request
    return .object([
      .init(name: "scheme", value: .string(request.isSecure ? "https" : "http")),
      .init(name: "host", value: .string(request.host ?? "")),
      .init(name: "address", value: .string(request.clientAddress)),
      .init(name: "content_length", value: request.contentLength.map { .int(Int64(clamping: $0)) } ?? .null),
      .init(name: "keep_connection", value: .bool(exchange.keepsConnection)),
    ])
  }
}
