internal import Supervisor

extension ServiceMetrics {
  /// The metrics of all workers together.
  var metrics: [Metric] {
    let slots = 0..<scoreboard.slots
    func total(_ gauge: Gauge) -> UInt64 { scoreboard.total(gauge.rawValue) }
    return [
      Metric("workers", .gauge, "Workers that accept requests.", scoreboard.readyCount),
      Metric("workers_configured", .gauge, "Workers that there should be.", scoreboard.slots),
      Metric(
        "worker_restarts_total", .counter, "Workers that had to be replaced.",
        slots.reduce(UInt64(0)) { $0 + scoreboard.restarts($1) }),
      Metric(
        "worker_start_time_seconds", .gauge, "When each worker was started, in seconds since 1970.", by: "slot",
        slots.map { (String($0), scoreboard.started($0)) }),
      Metric("requests_active", .gauge, "Requests under way.", total(.requestsActive)),
      Metric("connections", .gauge, "Connections from the web server.", total(.connections)),
      Metric("archives_active", .gauge, "Archive downloads under way.", total(.archivesActive)),
      Metric("response_bytes_total", .counter, "Bytes of responses.", total(.bytesSent)),
      Metric("request_bytes_total", .counter, "Bytes of request bodies.", total(.bytesReceived)),
      requests,
      durations,
    ]
  }

  /// Routes may share a name; what never happened is left out.
  private var requests: Metric {
    var sums: [String: [UInt64]] = [:]
    var order: [String] = []
    for (route, name) in routeNames.enumerated() {
      if sums[name] == nil { order.append(name) }
      for outcome in Outcome.names.indices {
        let count = scoreboard.total(Self.counter(route: route, outcome: outcome))
        sums[name, default: Array(repeating: 0, count: Outcome.names.count)][outcome] += count
      }
    }
    let samples = order.flatMap { name in
      (sums[name] ?? []).enumerated().filter { $0.element > 0 }.map { outcome, count in
        Metric.Sample(labels: [("route", name), ("status", Outcome.names[outcome])], value: String(count))
      }
    }
    return Metric("requests_total", .counter, "Requests by route and status.", samples: samples)
  }

  private var durations: Metric {
    var samples: [Metric.Sample] = []
    var count: UInt64 = 0
    for (bucket, bound) in (Self.bounds.map { seconds($0, per: 1_000) } + ["+Inf"]).enumerated() {
      count += scoreboard.total(Self.counter(bucket: bucket))
      samples.append(Metric.Sample(suffix: "_bucket", labels: [("le", bound)], value: String(count)))
    }
    let sum = seconds(Int(clamping: scoreboard.total(Gauge.latencyMicroseconds.rawValue)), per: 1_000_000)
    samples.append(Metric.Sample(suffix: "_sum", value: sum))
    samples.append(Metric.Sample(suffix: "_count", value: String(count)))
    return Metric("request_duration_seconds", .histogram, "How long requests took.", samples: samples)
  }

  /// A number of parts of a second as decimal seconds: `0.005`, `2.5`, `10`.
  private func seconds(_ parts: Int, per second: Int) -> String {
    var fraction = String(String(second + parts % second).dropFirst())
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(parts / second)" + (fraction.isEmpty ? "" : "." + fraction)
  }
}
