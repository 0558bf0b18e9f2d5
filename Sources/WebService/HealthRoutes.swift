internal import EventLoop
internal import HTTPSemantics

/// `/healthz` and `/metrics`, for the operator; nginx lets loopback only reach them.
public struct HealthRoutes: Sendable {
  private let metrics: ServiceMetrics
  private let others: @Sendable () async -> [Metric]

  /// - Parameters:
  ///   - metrics: the metrics of the service.
  ///   - others: those that somebody else knows; asked for at every look.
  public init(metrics: ServiceMetrics, others: @escaping @Sendable () async -> [Metric]) {
    self.metrics = metrics
    self.others = others
  }

  /// The two routes.
  public static let table: [ServiceRoute<HealthRoutes>] = [
    ServiceRoute(
      [.get], "/healthz", "healthz",
      Operation(
        "checkHealth", "Whether the program answers; for this machine only",
        answers: [.content("text/plain", "It does.")], refusing: [.notFound])
    ) { (_, exchange) async throws(Problem) in
      await exchange.respond(WebResponse(status: .ok, text: "ok\n"))
    },
    ServiceRoute(
      [.get], "/metrics", "metrics",
      Operation(
        "readMetrics", "Metrics, as Prometheus reads them; for this machine only",
        answers: [.content("text/plain", "Text of the format 0.0.4.")], refusing: [.notFound])
    ) { (service, exchange) async throws(Problem) in
      let text = Metric.exposition(service.metrics.metrics + (await service.others()))
      await exchange.respond(
        WebResponse(status: .ok, text: text, type: "text/plain; version=0.0.4; charset=utf-8"))
    },
  ]
}
