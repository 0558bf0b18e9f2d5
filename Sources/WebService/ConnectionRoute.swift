internal import EventLoop
internal import HTTPSemantics

/// `/api/connection`: what the program sees of whoever asks, so that `vitrine check --url` can compare it with what was
/// sent. It tells nobody anything but what they have sent themselves.
public struct ConnectionRoute: Sendable {
  /// The service.
  public init() {}

  /// The route.
  public static let table: [ServiceRoute<ConnectionRoute>] = [
    ServiceRoute(
      [.get, .post], "/api/connection", "connection",
      Operation(
        "describeConnection", "What the program sees of whoever asks",
        answers: [.json(connection.schema, "What it sees.")])
    ) { (_, exchange) async throws(Problem) in
      var response = WebResponse(status: .ok, json: connection.json(Connection(exchange)))
      response.fields.set("Cache-Control", "no-store")
      await exchange.respond(response)
    }
  ]

  /// What is known of a connection.
  private struct Connection: Sendable {
    let request: WebRequest
    let staysOpen: Bool

    @EventLoopActor
    init(_ exchange: Exchange) {
      request = exchange.request
      staysOpen = exchange.keepsConnection
    }
  }

  private static let connection = JSONShape<Connection>(
    "Connection",
    [
      JSONMember("scheme", .text(.choice(["http", "https"])), "By which it came.") {
        $0.request.isSecure ? "https" : "http"
      },
      JSONMember("host", .text, "The field Host.") { $0.request.host ?? "" },
      JSONMember("address", .text, "The address that it came from.") { $0.request.clientAddress },
      JSONMember("content_length", .orNull(.count), "The announced length of the body.") { $0.request.contentLength },
      JSONMember("keep_connection", .flag, "Whether the web server keeps its connection to the program.") {
        $0.staysOpen
      },
    ])
}
