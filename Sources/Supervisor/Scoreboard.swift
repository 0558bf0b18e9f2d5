public import Posix

/// A fixed slot for each worker in memory that all processes share, so that any worker can report on all of them.
public final class Scoreboard: Sendable {
  /// The metrics that the supervisor keeps for each worker; those of the service follow behind them.
  private enum Field: Int, CaseIterable {
    case pid
    case isReady
    case startedSeconds
    case restarts
    case beats

    static let count = allCases.count
  }

  /// Cells of a cache line: slots begin on one, so that workers do not slow each other down.
  private static let cacheLine = 8

  /// How many workers there are.
  public let slots: Int
  /// How many metrics the service keeps for each.
  public let counters: Int
  private let cells: SharedCounters
  private let stride: Int

  /// Makes shared memory for it; before the first fork.
  public init(slots: Int, counters: Int) throws(Errno) {
    self.slots = slots
    self.counters = counters
    let needed = Field.count + counters
    stride = (needed + Self.cacheLine - 1) / Self.cacheLine * Self.cacheLine
    cells = try SharedCounters(count: slots * stride)
  }

  private func cell(_ slot: Int, _ field: Field) -> Int { slot * stride + field.rawValue }
  private func cell(_ slot: Int, counter: Int) -> Int { slot * stride + Field.count + counter }

  /// The worker in a slot; 0 where there is none.
  public func pid(_ slot: Int) -> ProcessID { ProcessID(truncatingIfNeeded: cells[cell(slot, .pid)]) }

  /// Whether the worker in a slot accepts requests.
  public func isReady(_ slot: Int) -> Bool { cells[cell(slot, .isReady)] != 0 }

  /// When the worker in a slot was started, in seconds since 1970.
  public func started(_ slot: Int) -> UInt64 { cells[cell(slot, .startedSeconds)] }

  /// How often the worker in a slot had to be replaced.
  public func restarts(_ slot: Int) -> UInt64 { cells[cell(slot, .restarts)] }

  /// How many workers accept requests.
  public var readyCount: Int { (0..<slots).count { isReady($0) } }

  /// Says that the worker in a slot accepts requests.
  public func markReady(_ slot: Int) { cells[cell(slot, .isReady)] = 1 }

  /// Says that the worker in a slot is alive: its loop turns. Once a second.
  public func beat(_ slot: Int) { cells.add(1, to: cell(slot, .beats)) }

  var signs: [WorkerWatch.Sign] {
    (0..<slots).map {
      WorkerWatch.Sign(process: pid($0), isReady: isReady($0), beats: cells[cell($0, .beats)])
    }
  }

  func occupy(_ slot: Int, pid: ProcessID, at seconds: UInt64) {
    cells[cell(slot, .pid)] = UInt64(pid)
    cells[cell(slot, .startedSeconds)] = seconds
  }

  func vacate(_ slot: Int, countsAsRestart: Bool) {
    cells[cell(slot, .pid)] = 0
    cells[cell(slot, .isReady)] = 0
    if countsAsRestart { cells.add(1, to: cell(slot, .restarts)) }
  }

  // MARK: The service's metrics

  /// One metric of one worker.
  public subscript(slot: Int, counter: Int) -> UInt64 {
    get { cells[cell(slot, counter: counter)] }
    set { cells[cell(slot, counter: counter)] = newValue }
  }

  /// Adds to a metric.
  public func add(_ amount: UInt64, to counter: Int, of slot: Int) {
    cells.add(amount, to: cell(slot, counter: counter))
  }

  /// Takes from a metric.
  public func subtract(_ amount: UInt64, from counter: Int, of slot: Int) {
    cells.subtract(amount, from: cell(slot, counter: counter))
  }

  /// A metric over all workers.
  public func total(_ counter: Int) -> UInt64 {
    (0..<slots).reduce(0) { $0 &+ self[$1, counter] }
  }

  /// Sets the metrics of a slot that describe a state, not a sum, to zero: their worker is gone.
  public func clear(_ counters: [Int], of slot: Int) {
    for counter in counters { self[slot, counter] = 0 }
  }
}
