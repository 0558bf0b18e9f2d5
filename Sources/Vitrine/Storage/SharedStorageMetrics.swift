internal import BlobEngine
internal import EngineStorage
internal import EventLoop
internal import PostgreSQL
internal import Supervisor
internal import WebService

/// What the processes that serve have asked of database and engine, behind the metrics of the services in the scoreboard.
@EventLoopActor
final class SharedStorageMetrics {
  /// How a request to the engine ended.
  private nonisolated enum Outcome: String, CaseIterable {
    case done, missing, refused, unreachable, turnedAway = "turned-away", damaged

    init(_ error: EngineError?) {
      switch error {
      case nil: self = .done
      case .missing, .changed: self = .missing
      case .refused: self = .refused
      case .unreachable: self = .unreachable
      case .away, .busy: self = .turnedAway
      case .damaged, .malformed, .contentFailed: self = .damaged
      }
    }
  }

  /// What is known of the connections to the database. The first ones describe a state, which ends with its process.
  private nonisolated enum Counter: Int, CaseIterable {
    case engineAway, engineConnections, engineWaiting, databaseAway, databaseConnections, databaseIdle, databaseWaiting
    case answered, failed, turnedAway, lost
    case nameChanges
    case cacheHits, cacheMisses

    static let states = [
      engineAway, engineConnections, engineWaiting, databaseAway, databaseConnections, databaseIdle, databaseWaiting,
    ]
  }

  private nonisolated static let operations = EngineOperation.allCases

  /// How many counters a slot needs.
  nonisolated static let counterCount =
    Counter.allCases.count + operations.count * (Outcome.allCases.count + 1)

  private let scoreboard: Scoreboard
  private let slot: Int
  private let first: Int
  private var before = PoolCounts()
  private var cacheBefore = BlobCache.Counts()

  /// - Parameter first: the first of its counters.
  init(_ scoreboard: Scoreboard, slot: Int, first: Int) {
    self.scoreboard = scoreboard
    self.slot = slot
    self.first = first
    scoreboard.clear(Counter.states.map { first + $0.rawValue }, of: slot)
  }

  /// What the processes of this host have changed of shared documents and buckets.
  var nameChanges: HostChangeCount {
    let (scoreboard, slot, counter) = (scoreboard, slot, first + Counter.nameChanges.rawValue)
    return HostChangeCount(value: { scoreboard.total(counter) }, advance: { scoreboard.add(1, to: counter, of: slot) })
  }

  /// A request to the engine is over.
  func note(_ event: EngineEvent) {
    scoreboard.add(1, to: first + Self.counter(event.operation, Outcome(event.error)), of: slot)
    scoreboard.add(event.nanoseconds / 1_000, to: first + Self.duration(of: event.operation), of: slot)
  }

  /// Takes over what the connections say of themselves.
  func look(_ pool: PoolStatus, _ engine: EngineState, _ cache: BlobCache.Counts) {
    func set(_ counter: Counter, _ value: Int) { scoreboard[slot, first + counter.rawValue] = UInt64(max(0, value)) }
    set(.engineAway, engine.isAway ? 1 : 0)
    set(.engineConnections, engine.connections)
    set(.engineWaiting, engine.waiting)
    set(.databaseAway, pool.isAway ? 1 : 0)
    set(.databaseConnections, pool.open)
    set(.databaseIdle, pool.idle)
    set(.databaseWaiting, pool.waiting)
    let counts = pool.counts
    func add(_ counter: Counter, _ value: Int, _ last: Int) {
      scoreboard.add(UInt64(max(0, value - last)), to: first + counter.rawValue, of: slot)
    }
    add(.answered, counts.answered, before.answered)
    add(.failed, counts.errors, before.errors)
    add(.turnedAway, counts.refused, before.refused)
    add(.lost, counts.failures, before.failures)
    before = counts
    add(.cacheHits, cache.hits, cacheBefore.hits)
    add(.cacheMisses, cache.misses, cacheBefore.misses)
    cacheBefore = cache
  }

  // MARK: All processes together

  /// What is away, a line for each, as the workers found it.
  nonisolated static func absences(_ scoreboard: Scoreboard, first: Int) -> [String] {
    [(Counter.databaseAway, "database"), (.engineAway, "engine")].compactMap { counter, name in
      let count = scoreboard.total(first + counter.rawValue)
      return count == 0 ? nil : "the \(name) does not answer, as \(count) of \(scoreboard.readyCount) workers find"
    }
  }

  /// The metrics of all slots.
  nonisolated static func metrics(_ scoreboard: Scoreboard, first: Int) -> [Metric] {
    func total(_ counter: Counter) -> UInt64 { scoreboard.total(first + counter.rawValue) }
    var requests: [(operation: String, outcome: String, count: UInt64)] = []
    for operation in operations {
      for outcome in Outcome.allCases {
        let count = scoreboard.total(first + counter(operation, outcome))
        if count > 0 { requests.append((operation.rawValue, outcome.rawValue, count)) }
      }
    }
    return [
      Metric("database_away", .gauge, "Workers that found the database away.", total(.databaseAway)),
      Metric(
        "database_connections", .gauge, "Connections to the database.", by: "state",
        [
          ("busy", total(.databaseConnections) &- min(total(.databaseIdle), total(.databaseConnections))),
          ("idle", total(.databaseIdle)),
        ]),
      Metric("database_waiting", .gauge, "Requests that wait for a connection.", total(.databaseWaiting)),
      Metric(
        "database_requests_total", .counter, "Batches and transactions by outcome.", by: "outcome",
        [("done", total(.answered)), ("failed", total(.failed)), ("turned-away", total(.turnedAway))]),
      Metric("database_lost_total", .counter, "Times that the database was found away.", total(.lost)),
      Metric("engine_away", .gauge, "Workers that do not ask the engine, since it did not answer.", total(.engineAway)),
      Metric("engine_connections", .gauge, "Requests to the engine under way.", total(.engineConnections)),
      Metric("engine_waiting", .gauge, "Requests to the engine that wait for their turn.", total(.engineWaiting)),
      Metric(
        "engine_requests_total", .counter, "Requests to the engine by operation and outcome.",
        by: "operation", "outcome", requests.map { ([$0.operation, $0.outcome], $0.count) }),
      Metric(
        "engine_request_microseconds_total", .counter, "Time of these requests.", by: "operation",
        operations.map { ($0.rawValue, scoreboard.total(first + duration(of: $0))) }),
      Metric(
        "engine_cache_reads_total", .counter, "Reads of blobs by whether they were at hand.", by: "outcome",
        [("hit", total(.cacheHits)), ("miss", total(.cacheMisses))]),
    ]
  }

  private nonisolated static func counter(_ operation: EngineOperation, _ outcome: Outcome) -> Int {
    let (row, column) = (operations.firstIndex(of: operation) ?? 0, Outcome.allCases.firstIndex(of: outcome) ?? 0)
    return Counter.allCases.count + row * (Outcome.allCases.count + 1) + column
  }

  private nonisolated static func duration(of operation: EngineOperation) -> Int {
    let row = operations.firstIndex(of: operation) ?? 0
    return Counter.allCases.count + row * (Outcome.allCases.count + 1) + Outcome.allCases.count
  }
}
