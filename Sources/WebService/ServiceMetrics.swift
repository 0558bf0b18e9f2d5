public import Supervisor

/// The metrics that each worker keeps in its slot of the scoreboard.
public struct ServiceMetrics: Sendable {
  /// Metrics that are not per route.
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

  private static let gaugeCount = Gauge.allCases.count

  /// How a request ended: its status, or that it was cut before it was answered whole.
  enum Outcome {
    /// Statuses that are counted one by one.
    static let statuses = [
      200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 411, 412, 413, 415, 416,
      422, 429, 500, 501, 503, 507,
    ]
    /// What the metrics call each index: a status, then the two for all others.
    static let names = statuses.map { String($0) } + ["other", "cut"]

    /// The index of a status; nil for a request that was cut.
    static func index(_ status: Int?) -> Int {
      guard let status else { return statuses.count + 1 }
      return statuses.firstIndex(of: status) ?? statuses.count
    }
  }

  /// Upper bounds of the latency histogram, in milliseconds; one more bucket has no bound.
  static let bounds = [1, 5, 25, 100, 500, 2_500, 10_000, 60_000]

  let scoreboard: Scoreboard
  let routeNames: [String]
  private let slot: Int

  /// How many metrics a slot needs for a number of routes.
  public static func counterCount(routes: Int) -> Int {
    gaugeCount + bounds.count + 1 + routes * Outcome.names.count
  }

  /// The metrics of a worker.
  /// - Parameter routeNames: the names of the table's routes, in its order; the last one stands for requests without
  ///   a route.
  public init(scoreboard: Scoreboard, slot: Int, routeNames: [String]) {
    self.scoreboard = scoreboard
    self.slot = slot
    self.routeNames = routeNames
    // The one who had the slot before may have died in the middle of things.
    scoreboard.clear(Gauge.allCases.filter(\.isState).map(\.rawValue), of: slot)
  }

  /// A metric of all workers together.
  public func total(_ gauge: Gauge) -> UInt64 { scoreboard.total(gauge.rawValue) }

  /// Adds to a metric of this worker.
  public func add(_ amount: UInt64, to gauge: Gauge) {
    scoreboard.add(amount, to: gauge.rawValue, of: slot)
  }

  /// Takes from a metric of this worker.
  public func subtract(_ amount: UInt64, from gauge: Gauge) {
    scoreboard.subtract(amount, from: gauge.rawValue, of: slot)
  }

  /// Sets a metric of this worker that describes a state.
  public func set(_ gauge: Gauge, to value: Int) {
    scoreboard[slot, gauge.rawValue] = UInt64(max(0, value))
  }

  /// Notes a request that is over.
  /// - Parameters:
  ///   - route: its index in the table.
  ///   - status: its answer's status; nil where it was cut.
  ///   - nanoseconds: how long it took.
  public func record(route: Int, status: Int?, nanoseconds: UInt64) {
    scoreboard.add(1, to: Self.counter(route: route, outcome: Outcome.index(status)), of: slot)
    let bucket = Self.bounds.firstIndex { nanoseconds <= UInt64($0) * 1_000_000 } ?? Self.bounds.count
    scoreboard.add(1, to: Self.counter(bucket: bucket), of: slot)
    add(nanoseconds / 1_000, to: .latencyMicroseconds)
  }

  // MARK: Places in the slot

  static func counter(bucket: Int) -> Int { gaugeCount + bucket }

  static func counter(route: Int, outcome: Int) -> Int {
    gaugeCount + bounds.count + 1 + route * Outcome.names.count + outcome
  }
}
