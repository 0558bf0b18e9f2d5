public import EventLoop
public import Posix

/// Accepts connections on a listening socket and serves the requests that come on them.
@EventLoopActor
public final class FastCGIServer {
  /// Answers one request. A handler that returns without a whole response breaks the request off.
  public typealias Handler = @EventLoopActor (Request, ResponseWriter) async -> Void

  /// Connections taken at once before the loop turns to other things.
  private static let acceptBatch = 8
  private static let readBufferSize = 65_536

  let handler: Handler
  private let listener: SharedDescriptor
  private let report: @EventLoopActor (String) -> Void
  private var listenerToken: SourceToken?
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var readBuffer = [UInt8](repeating: 0, count: readBufferSize)
  private var isDraining = false
  private let emptied = WaitPoint()

  /// - Parameters:
  ///   - listener: the listening socket, non-blocking; other workers may share it.
  ///   - report: takes messages for the operator.
  ///   - handler: answers requests.
  public init(
    listener: SharedDescriptor, report: @escaping @EventLoopActor (String) -> Void, handler: @escaping Handler
  ) {
    self.listener = listener
    self.report = report
    self.handler = handler
  }

  /// Starts to accept.
  public func start() throws(EventLoopError) {
    // Level-triggered, so that what is left after a batch is reported again; exclusive, so that one worker wakes.
    listenerToken = try EventLoop.current.register(listener.descriptor, [.readable, .exclusive], handler: self)
  }

  /// The number of connections, busy or idle.
  public var connectionCount: Int { connections.count }

  /// The number of requests under way.
  public var activeCount: Int { connections.values.count { $0.isServing } }

  /// Stops to accept, then waits until every connection has ended.
  /// - Parameters:
  ///   - closesIdle: whether connections without a request are closed from this side. If not, they are served until
  ///     the web server closes them: closing one that it is about to use again would lose a request.
  ///   - deadline: when the rest is cut, on the loop's clock; nil for never.
  public func drain(closesIdle: Bool, deadline: UInt64?) async {
    if let token = listenerToken { EventLoop.current.unregister(listener.descriptor, token) }
    listenerToken = nil
    isDraining = true
    if closesIdle {
      for connection in connections.values { connection.closeSoon() }
    }
    while !connections.isEmpty {
      guard await emptied.wait(until: deadline) == .timedOut else { continue }
      for connection in connections.values { connection.cut() }
      // The connections' tasks end in their own turns.
      while !connections.isEmpty {
        if await emptied.wait(until: EventLoop.current.now &+ 2_000_000_000) == .timedOut { return }
      }
    }
  }

  func remove(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
    if connections.isEmpty { emptied.wake() }
  }

  func log(_ message: String) {
    report(message)
  }

  /// One buffer serves all connections, since each takes its bytes at once.
  func takeReadBuffer() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &readBuffer)
    return taken.isEmpty ? [UInt8](repeating: 0, count: Self.readBufferSize) : taken
  }

  func giveBackReadBuffer(_ buffer: inout [UInt8]) {
    swap(&buffer, &readBuffer)
  }
}

extension FastCGIServer: ReadinessHandler {
  /// Takes waiting connections.
  public func becameReady(_ readiness: Readiness) {
    for _ in 0..<Self.acceptBatch {
      do throws(Errno) {
        guard let descriptor = try listener.descriptor.accept() else { return }
        let connection = Connection(descriptor, server: self)
        connections[ObjectIdentifier(connection)] = connection
        EventLoop.current.start { await connection.serve() }
      } catch {
        pauseAccepting(error)
        return
      }
    }
  }

  /// Out of descriptors or memory: waiting connections stay in the backlog for a moment.
  private func pauseAccepting(_ error: Errno) {
    report("cannot accept a connection: \(error); trying again in 0.1 s")
    guard let token = listenerToken else { return }
    EventLoop.current.unregister(listener.descriptor, token)
    listenerToken = nil
    EventLoop.current.start { [self] in
      await EventLoop.current.sleep(nanoseconds: 100_000_000)
      if !isDraining { try? start() }
    }
  }
}
