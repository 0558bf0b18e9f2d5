internal import EventLoop
internal import HTTPSemantics

/// `/healthz` and `/metrics`, for the operator; nginx lets loopback only reach them.
public enum HealthRoutes {
  /// The two routes; what they need is the figures.
  public static let table: [DoorRoute<ServiceMetrics>] = [
    DoorRoute([.get], "/healthz", "healthz") { (_, exchange) async throws(Problem) in
      await exchange.respond(WebResponse(status: .ok, text: "ok\n"))
    },
    DoorRoute([.get], "/metrics", "metrics") { (metrics, exchange) async throws(Problem) in
      await exchange.respond(
        WebResponse(status: .ok, text: metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8"))
    },
  ]
}
