internal import EventLoop
internal import HTTPSemantics

/// `/healthz` and `/metrics`, for the operator; nginx lets loopback only reach them.
public enum HealthRoutes {
  /// The two routes.
  public static func routes(metrics: ServiceMetrics) -> [Route] {
    [
      Route([.get], "/healthz", "healthz") { (exchange) async throws(Problem) in
        await exchange.respond(WebResponse(status: .ok, text: "ok\n"))
      },
      Route([.get], "/metrics", "metrics") { (exchange) async throws(Problem) in
        await exchange.respond(
          WebResponse(status: .ok, text: metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8"))
      },
    ]
  }
}
