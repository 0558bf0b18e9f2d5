internal import HTTPSemantics
public import Supervisor

/// The figures that each worker keeps in its slot of the scoreboard, and their text for Prometheus.
public struct ServiceMetrics: Sendable {
  /// Figures that are not per route.
  public enum Gauge: Int, CaseIterable, Sendable {
    /// Requests under way.
    case requestsActive
    /// Connections from the web server.
    case connections
    /// Archive downloads under way.
    case archivesActive
    /// Bytes of responses.
    case bytesSent
    /// Bytes of request bodies.
    case bytesReceived
    /// Microseconds spent on requests, in all.
    case latencyMicroseconds

    /// Whether it describes a state, which ends with its worker.
    var isState: Bool {
      switch self {
      case .requestsActive, .connections, .archivesActive: true
      case .bytesSent, .bytesReceived, .latencyMicroseconds: false
      }
    }
  }

  /// Upper bounds of the latency histogram, in milliseconds.
  private static let bounds = [1, 5, 25, 100, 500, 2_500, 10_000, 60_000]
  private static let classes = ["2xx", "3xx", "4xx", "5xx", "cut"]

  private let scoreboard: Scoreboard
  private let slot: Int
  private let routeNames: [String]

  /// How many figures a slot needs for a number of routes.
  public static func counterCount(routes: Int) -> Int {
    Gauge.allCases.count + bounds.count + 1 + routes * classes.count
  }

  /// The figures of a worker.
  /// - Parameter routeNames: the names of the table's routes, in its order; the last one stands for requests without
  ///   a route.
  public init(scoreboard: Scoreboard, slot: Int, routeNames: [String]) {
    self.scoreboard = scoreboard
    self.slot = slot
    self.routeNames = routeNames
    // The one who had the slot before may have died in the middle of things.
    scoreboard.clear(Gauge.allCases.filter(\.isState).map(\.rawValue), of: slot)
  }

  /// Adds to a figure of this worker.
  public func add(_ amount: UInt64, to gauge: Gauge) {
    scoreboard.add(amount, to: gauge.rawValue, of: slot)
  }

  /// Takes from a figure of this worker.
  public func subtract(_ amount: UInt64, from gauge: Gauge) {
    scoreboard.subtract(amount, from: gauge.rawValue, of: slot)
  }

  /// Sets a figure of this worker that describes a state.
  public func set(_ gauge: Gauge, to value: Int) {
    scoreboard[slot, gauge.rawValue] = UInt64(max(0, value))
  }

  /// Notes a request that is over.
  /// - Parameters:
  ///   - route: its place in the table.
  ///   - status: its answer's status; nil where it was cut.
  ///   - nanoseconds: how long it took.
  func record(route: Int, status: Int?, nanoseconds: UInt64) {
    let statusClass = status.map { min(max($0 / 100 - 2, 0), 3) } ?? 4
    scoreboard.add(1, to: counter(route: route, statusClass: statusClass), of: slot)
    let bucket = Self.bounds.firstIndex { nanoseconds <= UInt64($0) * 1_000_000 } ?? Self.bounds.count
    scoreboard.add(1, to: Gauge.allCases.count + bucket, of: slot)
    add(nanoseconds / 1_000, to: .latencyMicroseconds)
  }

  private func counter(route: Int, statusClass: Int) -> Int {
    Gauge.allCases.count + Self.bounds.count + 1 + route * Self.classes.count + statusClass
  }

  /// The text exposition of all workers together (Prometheus format 0.0.4).
  public func exposition() -> String {
    var text = ""
    func metric(_ name: String, _ kind: String, _ help: String, _ lines: [(labels: String, value: String)]) {
      text += "# HELP vitrine_\(name) \(help)\n# TYPE vitrine_\(name) \(kind)\n"
      for line in lines { text += "vitrine_\(name)\(line.labels) \(line.value)\n" }
    }
    func total(_ gauge: Gauge) -> String { String(scoreboard.total(gauge.rawValue)) }
    metric("workers", "gauge", "Workers that accept requests.", [("", String(scoreboard.readyCount))])
    metric("workers_configured", "gauge", "Workers that there should be.", [("", String(scoreboard.slots))])
    let restarts = (0..<scoreboard.slots).reduce(UInt64(0)) { $0 + scoreboard.restarts($1) }
    metric("worker_restarts_total", "counter", "Workers that had to be replaced.", [("", String(restarts))])
    metric("requests_active", "gauge", "Requests under way.", [("", total(.requestsActive))])
    metric("connections", "gauge", "Connections from the web server.", [("", total(.connections))])
    metric("archives_active", "gauge", "Archive downloads under way.", [("", total(.archivesActive))])
    metric("response_bytes_total", "counter", "Bytes of responses.", [("", total(.bytesSent))])
    metric("request_bytes_total", "counter", "Bytes of request bodies.", [("", total(.bytesReceived))])
    metric("requests_total", "counter", "Requests by route and class of status.", requestLines())
    metric("request_duration_seconds", "histogram", "How long requests took.", [])
    text += histogram()
    return text
  }

  private func requestLines() -> [(labels: String, value: String)] {
    var sums: [String: UInt64] = [:]
    var order: [String] = []
    for (route, name) in routeNames.enumerated() {
      for (index, statusClass) in Self.classes.enumerated() {
        let labels = "{route=\"\(name)\",status=\"\(statusClass)\"}"
        if sums[labels] == nil { order.append(labels) }
        sums[labels, default: 0] += scoreboard.total(counter(route: route, statusClass: index))
      }
    }
    return order.compactMap { labels in
      guard let value = sums[labels], value > 0 else { return nil }
      return (labels, String(value))
    }
  }

  private func histogram() -> String {
    var text = ""
    var count: UInt64 = 0
    for (index, bound) in Self.bounds.enumerated() {
      count += scoreboard.total(Gauge.allCases.count + index)
      let seconds = bound >= 1_000 ? "\(bound / 1_000)\(bound % 1_000 == 0 ? "" : ".5")" : "0." + padded(bound)
      text += "vitrine_request_duration_seconds_bucket{le=\"\(seconds)\"} \(count)\n"
    }
    count += scoreboard.total(Gauge.allCases.count + Self.bounds.count)
    let microseconds = scoreboard.total(Gauge.latencyMicroseconds.rawValue)
    let fraction = String(String(1_000_000 + microseconds % 1_000_000).dropFirst())
    text += "vitrine_request_duration_seconds_bucket{le=\"+Inf\"} \(count)\n"
    text += "vitrine_request_duration_seconds_sum \(microseconds / 1_000_000).\(fraction)\n"
    text += "vitrine_request_duration_seconds_count \(count)\n"
    return text
  }

  private func padded(_ milliseconds: Int) -> String {
    String(String(1_000 + milliseconds).dropFirst())
  }
}
