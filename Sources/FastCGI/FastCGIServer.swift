public import EventLoop
public import Posix

/// Accepts connections on a listening socket and serves the requests that come on them.
@EventLoopActor
public final class FastCGIServer {
  /// Answers one request. A handler that returns without a whole response breaks the request off.
  public typealias Handler = @EventLoopActor (Request, ResponseWriter) async -> Void

  /// Connections taken at once before the loop turns to other things.
  private static let acceptBatch = 8
  /// The most connections that are still taken when a drain begins.
  private static let lastBatch = 4_096
  /// Between attempts to accept while descriptors or memory are used up, in nanoseconds.
  private static let acceptPause: UInt64 = 100_000_000
  /// How long connections that were cut may take to end, in nanoseconds.
  private static let cutLimit: UInt64 = 2_000_000_000
  /// How long connections that were passed on may lie in the queue before they are taken back, and between two looks
  /// at it, in nanoseconds.
  private static let collectionLimit: UInt64 = 1_000_000_000
  private static let collectionInterval: UInt64 = 100_000_000
  private static let readBufferSize = 65_536
  /// The most refused addresses that are reported.
  private static let reportedRefusals = 16

  let handler: Handler
  private let listener: SharedDescriptor
  private let persistentConnections: DescriptorQueue?
  private let webServers: WebServerAddresses?
  /// Addresses that were refused, so that each is reported once.
  private var refused: Set<String> = []
  private let report: @EventLoopActor (String) -> Void
  private let countChanged: @EventLoopActor (Int) -> Void
  private var listenerToken: SourceToken?
  private var persistentConnectionsToken: SourceToken?
  /// Whether connections are left to other processes as soon as they are idle.
  private(set) var passesConnectionsOn = false
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var readBuffer = [UInt8](repeating: 0, count: readBufferSize)
  private var isDraining = false
  private var isStarved = false
  /// Whether connections that were passed on may still have to be taken back.
  private var awaitsCollection = false
  /// Fulfilled when the last connection of a drain has ended.
  private let emptied = LoopPromise<Void>()

  /// - Parameters:
  ///   - listener: the listening socket, non-blocking; other workers may share it.
  ///   - persistentConnections: where a process that leaves puts the connections that the web server keeps, and others take
  ///     them; nil where there are no others.
  ///   - webServers: who may connect over TCP; nil for everybody.
  ///   - report: takes messages for the operator.
  ///   - countChanged: hears the number of connections whenever it has changed.
  ///   - handler: answers requests.
  public init(
    listener: SharedDescriptor, persistentConnections: DescriptorQueue? = nil, webServers: WebServerAddresses? = nil,
    report: @escaping @EventLoopActor (String) -> Void,
    countChanged: @escaping @EventLoopActor (Int) -> Void = { _ in }, handler: @escaping Handler
  ) {
    self.listener = listener
    self.persistentConnections = persistentConnections
    self.webServers = webServers
    self.report = report
    self.countChanged = countChanged
    self.handler = handler
  }

  /// Starts to accept.
  public func start() throws(EventLoopError) {
    // Level-triggered, so that what is left after a batch is reported again; exclusive, so that one worker wakes.
    listenerToken = try EventLoop.current.register(listener.descriptor, [.readable, .exclusive], handler: self)
    if let persistentConnections {
      persistentConnectionsToken = try EventLoop.current.register(
        persistentConnections.exit, [.readable, .exclusive], handler: PersistentConnectionsHandler(self))
    }
  }

  /// The number of connections, busy or idle.
  public var connectionCount: Int { connections.count }

  /// Serves a connection that was accepted.
  func adopt(_ descriptor: consuming FileDescriptor) {
    let connection = Connection(descriptor, server: self)
    connections[ObjectIdentifier(connection)] = connection
    countChanged(connections.count)
    EventLoop.current.start { await connection.serve() }
  }

  func remove(_ connection: Connection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    countChanged(connections.count)
    noteEmptiness()
  }

  private func noteEmptiness() {
    if isDraining, connections.isEmpty, !awaitsCollection { emptied.fulfil(()) }
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

// MARK: Accepting

extension FastCGIServer: ReadinessHandler {
  /// Takes waiting connections.
  public func becameReady(_ readiness: Readiness) {
    accept(atMost: Self.acceptBatch)
  }

  private func accept(atMost limit: Int) {
    for _ in 0..<limit {
      do throws(Errno) {
        guard let descriptor = try listener.descriptor.accept() else { return }
        isStarved = false
        if mayConnect(descriptor.peerAddress) { adopt(descriptor) }
      } catch .invalidArgument {
        // The socket was shut down: the program stops.
        return stopListening()
      } catch {
        return pauseAccepting(error)
      }
    }
  }

  private func mayConnect(_ address: @autoclosure () -> String?) -> Bool {
    guard let webServers else { return true }
    let address = address()
    guard !webServers.allows(address) else { return true }
    if let address, refused.count < Self.reportedRefusals, refused.insert(address).inserted {
      report("refused a connection of \(address): \(WebServerAddresses.variable) does not name it")
    }
    return false
  }

  private func stopListening() {
    if let token = listenerToken { EventLoop.current.unregister(listener.descriptor, token) }
    if let token = persistentConnectionsToken, let persistentConnections {
      EventLoop.current.unregister(persistentConnections.exit, token)
    }
    listenerToken = nil
    persistentConnectionsToken = nil
  }

  /// Out of descriptors or memory: waiting connections stay in the backlog, or go to another worker.
  private func pauseAccepting(_ error: Errno) {
    if !isStarved { report("cannot accept a connection: \(error); trying again every 0.1 s") }
    isStarved = true
    guard listenerToken != nil || persistentConnectionsToken != nil else { return }
    stopListening()
    EventLoop.current.start { [self] in
      while listenerToken == nil, !isDraining {
        await EventLoop.current.sleep(nanoseconds: Self.acceptPause)
        if !isDraining { try? start() }
      }
    }
  }
}

// MARK: Connections that pass from one process to another

extension FastCGIServer {
  /// What became of an attempt to pass a connection on.
  enum Passing {
    case passed
    /// There is no room for it at the moment.
    case full
    case failed
  }

  /// Leaves a connection to whichever process takes it.
  func passOn(_ connection: SharedDescriptor) -> Passing {
    guard let persistentConnections else { return .failed }
    do throws(Errno) {
      return try persistentConnections.put(connection.descriptor) ? .passed : .full
    } catch {
      report("cannot pass a connection on: \(error); it is served to its end")
      return .failed
    }
  }

  /// Takes connections back that nobody takes. The program that was started in place of this one may be an earlier
  /// version, which knows nothing of the queue: this process serves them then until the web server closes them.
  private func awaitCollection(from queue: DescriptorQueue) {
    awaitsCollection = true
    EventLoop.current.start { [self] in
      // Where others take them, there are moments at which nothing is in the queue.
      var lastEmpty = EventLoop.current.now
      while passesConnectionsOn {
        let now = EventLoop.current.now
        if queue.isEmpty {
          if connections.isEmpty { break }
          lastEmpty = now
        } else if now &- lastEmpty > Self.collectionLimit {
          report("connections that were kept for the next program were not taken; they are served to their end")
          passesConnectionsOn = false
          takePersistentConnections(atMost: Self.lastBatch)
          break
        }
        await EventLoop.current.sleep(nanoseconds: Self.collectionInterval)
      }
      awaitsCollection = false
      noteEmptiness()
    }
  }

  fileprivate func takePersistentConnections(atMost limit: Int = acceptBatch) {
    guard let persistentConnections else { return }
    for _ in 0..<limit {
      do throws(Errno) {
        guard let descriptor = try persistentConnections.take() else { return }
        adopt(descriptor)
      } catch {
        return pauseAccepting(error)
      }
    }
  }
}

/// Hears of connections that another process has left.
@EventLoopActor
private final class PersistentConnectionsHandler: ReadinessHandler {
  private weak var server: FastCGIServer?

  init(_ server: FastCGIServer) {
    self.server = server
  }

  func becameReady(_ readiness: Readiness) {
    server?.takePersistentConnections()
  }
}

// MARK: Draining

extension FastCGIServer {
  /// Stops accepting connections, then waits until every connection has ended. May be called again with a stricter limit.
  /// - Parameters:
  ///   - closesIdle: whether connections without a request are closed from this side, those that still wait to be
  ///     accepted after their first request. If not, they are left to other processes, which may have other settings,
  ///     with the next request unread; without others, or where these do not take them, they are served until the web
  ///     server closes them. Closing one that it is about to use again would lose a request.
  ///   - deadline: when the rest is cut, on the loop's clock; nil for never.
  public func drain(closesIdle: Bool, deadline: UInt64?) async {
    if closesIdle, listenerToken != nil {
      accept(atMost: Self.lastBatch)
      takePersistentConnections(atMost: Self.lastBatch)
    }
    stopListening()
    isDraining = true
    passesConnectionsOn = !closesIdle && persistentConnections != nil
    if passesConnectionsOn, let persistentConnections { awaitCollection(from: persistentConnections) }
    for connection in connections.values {
      if closesIdle { connection.closeSoon() } else { connection.passOnSoon() }
    }
    noteEmptiness()
    guard await emptied.wait(until: deadline) == nil else { return }
    for connection in connections.values { connection.cut() }
    // Their tasks end in their own turns. One that waits for a disk that never answers is left behind.
    _ = await emptied.wait(until: EventLoop.current.now &+ Self.cutLimit)
  }
}
