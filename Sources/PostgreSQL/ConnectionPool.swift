public import EventLoop
internal import Posix

/// A process's connections to a database: a bounded number, and a bounded queue for them. Whoever finds all in use and the
/// queue full, or the database away, is told so at once.
@EventLoopActor
public final class ConnectionPool {
  private let limits: DatabaseLimits
  let connector: ServerConnector
  private var breaker: Breaker
  private var idle: [ServerConnection] = []
  /// Connections that are in use, idle or being made.
  private var open = 0
  private var isClosed = false
  private var waiters: [Waiter] = []
  private var counts = PoolCounts()

  /// Somebody who waits for a connection.
  @EventLoopActor
  @safe
  private final class Waiter {
    private var continuation: UnsafeContinuation<Outcome, Never>?
    private var timer: LoopTimer?

    enum Outcome: Sendable {
      /// This connection is theirs.
      case given(ServerConnection)
      /// They look for themselves.
      case woken
      case timedOut
    }

    /// Begins to wait, in the step in which nobody else can look for whoever waits.
    func begin(_ continuation: UnsafeContinuation<Outcome, Never>, until deadline: UInt64) {
      unsafe self.continuation = unsafe continuation
      let timer = LoopTimer { [weak self] in self?.end(.timedOut) }
      self.timer = timer
      EventLoop.current.schedule(timer, at: deadline)
    }

    func end(_ outcome: Outcome) {
      guard let waiting = unsafe continuation else { return }
      unsafe continuation = nil
      if let timer { EventLoop.current.cancel(timer) }
      unsafe waiting.resume(returning: outcome)
    }
  }

  /// A pool without connections yet.
  public nonisolated init(_ string: ConnectionString, _ limits: DatabaseLimits = DatabaseLimits()) {
    self.limits = limits
    connector = ServerConnector(string, limits)
    breaker = Breaker(
      pauses: (UInt64(limits.breakSeconds.0 * 1e9), UInt64(limits.breakSeconds.1 * 1e9)))
  }

  /// What the pool is doing, for the operator.
  public var status: PoolStatus {
    PoolStatus(
      open: open, idle: idle.count, waiting: waiters.count, isAway: breaker.isOpen,
      reason: breaker.isOpen ? breaker.reason : nil, counts: counts)
  }

  /// Runs statements that are sent together. They are one transaction: all are done, or none.
  ///
  /// Where the connection turns out to be of before a restart of the server, and the statements only read, they are sent
  /// again over another.
  /// - Parameter isReading: whether it is harmless to do them twice.
  public func run(_ batch: [SQLQuery], isReading: Bool = true) async throws(PostgreSQLError) -> [SQLRows] {
    var attempt = 1
    while true {
      do throws(PostgreSQLError) {
        return try await withConnection { (connection) throws(PostgreSQLError) in
          try await connection.run(batch, until: EventLoop.current.deadline(in: self.limits.answerSeconds))
        }
      } catch {
        guard isReading, attempt < 3, error.isWorthAnotherTry else { throw error }
        attempt += 1
      }
    }
  }

  /// Runs one statement.
  public func run(_ query: SQLQuery, isReading: Bool = true) async throws(PostgreSQLError) -> SQLRows {
    try await run([query], isReading: isReading).first ?? SQLRows()
  }

  var answerSeconds: Double { limits.answerSeconds }
  var settlingSeconds: Double { limits.settlingSeconds }

  /// Gives up the connections that nobody uses; those in use follow when they are given back.
  public func close() {
    isClosed = true
    for connection in idle { connection.close() }
    open -= idle.count
    idle = []
  }

  // MARK: Connections

  func withConnection<Value: Sendable>(
    _ body: @EventLoopActor (ServerConnection) async throws(PostgreSQLError) -> Value
  ) async throws(PostgreSQLError) -> Value {
    let connection = try await take()
    let outcome: Result<Value, PostgreSQLError>
    do throws(PostgreSQLError) { outcome = .success(try await body(connection)) } catch { outcome = .failure(error) }
    if case .failure(.timedOut) = outcome {
      // A server that does not answer at all will not answer the next one either.
      fail("no answer in time")
    }
    giveBack(connection)
    counts.note(outcome)
    return try outcome.get()
  }

  private func take() async throws(PostgreSQLError) -> ServerConnection {
    let deadline = EventLoop.current.deadline(in: limits.queueSeconds)
    while true {
      while let connection = idle.popLast() {
        if connection.isUsable { return connection }
        open -= 1
      }
      if open < limits.connections {
        guard breaker.allows(at: EventLoop.current.now) else {
          counts.refused += 1
          throw .away(breaker.reason)
        }
        return try await connect()
      }
      guard waiters.count < limits.queue else {
        counts.refused += 1
        throw .busy
      }
      let waiter = Waiter()
      let outcome = await unsafe withUnsafeContinuation { continuation in
        waiters.append(waiter)
        unsafe waiter.begin(continuation, until: deadline)
      }
      switch outcome {
      case .given(let connection): return connection
      case .woken: continue
      case .timedOut:
        waiters.removeAll { $0 === waiter }
        counts.refused += 1
        throw .busy
      }
    }
  }

  private func connect() async throws(PostgreSQLError) -> ServerConnection {
    open += 1
    do throws(PostgreSQLError) {
      let connection = try await connector.connect()
      breaker.succeeded()
      counts.connections += 1
      return connection
    } catch {
      open -= 1
      fail(error.description)
      throw error
    }
  }

  private func fail(_ reason: String) {
    breaker.failed(at: EventLoop.current.now, reason)
    counts.failures += 1
    for connection in idle { connection.close() }
    open -= idle.count
    idle = []
    // They look for themselves, and are told that the database is away.
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.end(.woken) }
  }

  private func giveBack(_ connection: ServerConnection) {
    // What is left of a transaction must reach nobody else.
    if connection.isInTransaction || isClosed { connection.close() }
    let waiter = waiters.isEmpty ? nil : waiters.removeFirst()
    if connection.isUsable {
      if let waiter { waiter.end(.given(connection)) } else { idle.append(connection) }
    } else {
      open -= 1
      waiter?.end(.woken)
    }
  }
}

/// What a pool is doing.
public struct PoolStatus: Equatable, Sendable {
  /// Connections that there are, or that are being made.
  public var open: Int
  /// Those of them that nobody uses.
  public var idle: Int
  /// Requests that wait for one.
  public var waiting: Int
  /// Whether the database was away when it was asked last.
  public var isAway: Bool
  /// Why it was.
  public var reason: String?
  /// What has happened since the process began.
  public var counts: PoolCounts
}

/// What has happened since a pool was made.
public struct PoolCounts: Equatable, Sendable {
  /// Connections that were made.
  public var connections = 0
  /// Times that the database was found to be away.
  public var failures = 0
  /// Batches and transactions that were answered.
  public var answered = 0
  /// Batches and transactions that the server answered with an error.
  public var errors = 0
  /// Requests that were refused at once, since the database was away or too many waited.
  public var refused = 0

  /// None of anything.
  public init() {}

  mutating func note<Value>(_ outcome: Result<Value, PostgreSQLError>) {
    switch outcome {
    case .success: answered += 1
    case .failure: errors += 1
    }
  }
}
