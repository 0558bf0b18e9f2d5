internal import EventLoop
internal import Posix

/// One connection to a server, on the loop. Batches go over it one after the other: several statements, sent together and
/// answered together (libpq's pipeline mode).
@EventLoopActor
final class ServerConnection {
  /// Nil once it is closed.
  private var handle: ServerHandle?
  private var watch: SocketWatch?
  private let progress = WaitPoint()
  /// The names by which the server knows the statements that it has prepared.
  private var prepared: [String: String] = [:]
  private var isRunning = false
  /// Hears of what the server tells unasked, and of the connection's end.
  var onNotification: (@EventLoopActor (String) -> Void)?
  var onEnd: (@EventLoopActor () -> Void)?

  private init(_ handle: consuming ServerHandle) {
    self.handle = consume handle
  }

  /// Whether a batch can be sent.
  var isUsable: Bool { !(handle?.isBroken ?? true) }

  /// Whether a transaction is open on it, or has failed.
  var isInTransaction: Bool { handle?.isInTransaction ?? false }

  // MARK: Connecting

  /// Connects to one server.
  /// - Parameter deadline: on the loop's clock.
  static func open(
    _ keywords: [(keyword: String, value: String)], until deadline: UInt64
  ) async throws(PostgreSQLError) -> ServerConnection {
    let connection = ServerConnection(try ServerHandle(keywords))
    do throws(PostgreSQLError) {
      try await connection.connect(until: deadline)
      return connection
    } catch {
      connection.close()
      throw error
    }
  }

  private func connect(until deadline: UInt64) async throws(PostgreSQLError) {
    var wanted = ServerHandle.Progress.writable
    while true {
      guard let number = handle?.socket else { throw .notConnected(handle?.message ?? "") }
      // While it connects, libpq closes sockets and opens others: none is watched any longer than it is waited for.
      let watch = try SocketWatch(number, wanted == .writable ? .writable : .readable, wakes: progress)
      let outcome = await progress.wait(until: deadline)
      watch.end()
      guard outcome == .woken else { throw .notConnected("no answer in time") }
      wanted = handle?.poll() ?? .failed
      switch wanted {
      case .readable, .writable: continue
      case .failed: throw .notConnected(handle?.message ?? "")
      case .connected:
        try handle?.begin()
        guard let number = handle?.socket else { throw .notConnected("no socket") }
        self.watch = try SocketWatch(number, .readable) { [weak self] in self?.becameReady() }
        return
      }
    }
  }

  /// Gives the connection up, whatever it is doing. A transaction that is open on it is not committed.
  func close() {
    watch?.end()
    watch = nil
    handle = nil
    progress.wake()
    let onEnd = onEnd
    self.onEnd = nil
    onEnd?()
  }

  // MARK: Batches

  /// Sends statements together and waits for all of their answers. Unless a transaction is open, they are one: all are
  /// done, or none.
  /// - Parameter deadline: on the loop's clock; when it comes first, the connection is given up.
  /// - Returns: what each gave.
  /// - Throws: the first statement's error; those behind it are not done.
  func run(_ batch: [SQLQuery], until deadline: UInt64) async throws(PostgreSQLError) -> [SQLRows] {
    precondition(!isRunning, "one batch at a time")
    guard isUsable else { throw .connectionLost("it is closed") }
    isRunning = true
    defer { isRunning = false }
    do throws(PostgreSQLError) {
      let steps = try send(batch)
      try await flush(until: deadline)
      return try await receive(steps, until: deadline)
    } catch {
      if error.endsConnection || !isUsable { close() }
      throw error
    }
  }

  /// What answers are to come.
  private enum Step {
    case preparation(of: String, as: String)
    case execution
  }

  private func send(_ batch: [SQLQuery]) throws(PostgreSQLError) -> [Step] {
    var steps: [Step] = []
    var underWay: [String: String] = [:]
    for query in batch {
      let text = query.statement.text
      var name = prepared[text] ?? underWay[text]
      if name == nil || !query.statement.isPrepared {
        let new = query.statement.isPrepared ? "s\(prepared.count + underWay.count)" : ""
        try handle?.prepare(new, query)
        steps.append(.preparation(of: text, as: new))
        if query.statement.isPrepared { underWay[text] = new }
        name = new
      }
      try handle?.execute(name ?? "", query.values)
      steps.append(.execution)
    }
    try handle?.synchronize()
    return steps
  }

  private func flush(until deadline: UInt64) async throws(PostgreSQLError) {
    while true {
      guard handle != nil else { throw .connectionLost("it was closed") }
      if try handle?.flush() ?? true { break }
      // The server may itself wait for its answers to be taken.
      try watch?.update([.readable, .writable])
      try await ready(until: deadline)
      try handle?.consumeInput()
    }
    try watch?.update([.readable])
  }

  private func receive(_ steps: [Step], until deadline: UInt64) async throws(PostgreSQLError) -> [SQLRows] {
    var gathered: [SQLRows] = []
    var failure: PostgreSQLError?
    for step in steps {
      switch try await answer(until: deadline) {
      case .rows(let rows):
        switch step {
        case .preparation(let text, let name): if !name.isEmpty { prepared[text] = name }
        case .execution: gathered.append(rows)
        }
      case .failure(let error): if failure == nil { failure = error }
      case .skipped: break
      case .end, .synchronized: throw .unexpectedAnswer("fewer answers than statements")
      case .unexpected(let words): throw .unexpectedAnswer(words)
      }
      if let failure, failure.endsConnection || !isUsable { throw failure }
      guard case .end = try await answer(until: deadline) else {
        throw .unexpectedAnswer("more answers than statements")
      }
    }
    guard case .synchronized = try await answer(until: deadline) else {
      throw .unexpectedAnswer("the batch does not end")
    }
    if let failure { throw failure }
    return gathered
  }

  private func answer(until deadline: UInt64) async throws(PostgreSQLError) -> ServerHandle.Answer {
    while handle?.isBusy ?? false {
      try await ready(until: deadline)
      try handle?.consumeInput()
    }
    guard let answer = handle?.nextAnswer() else { throw .connectionLost("it was closed") }
    return answer
  }

  private func ready(until deadline: UInt64) async throws(PostgreSQLError) {
    guard await progress.wait(until: deadline) == .woken else { throw .timedOut }
    if handle == nil { throw .connectionLost("it was closed") }
  }

  // MARK: Events

  private func becameReady() {
    if progress.isWaited {
      progress.wake()
      return
    }
    // While a batch runs, it looks by itself.
    guard !isRunning else { return }
    do throws(PostgreSQLError) { try handle?.consumeInput() } catch {
      close()
      return
    }
    deliverNotifications()
    if !isUsable { close() }
  }

  /// Hands on what has come beside answers.
  func deliverNotifications() {
    while let notification = handle?.nextNotification() { onNotification?(notification) }
  }
}
