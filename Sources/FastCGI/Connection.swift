internal import EventLoop
internal import FastCGIWire
internal import Posix

/// One connection from the web server: it receives requests, one at a time, and hands each to the handler.
@EventLoopActor
final class Connection {
  /// How long the parameters of a request that has begun may take, in nanoseconds.
  static let parameterLimit: UInt64 = 30_000_000_000
  /// Between two attempts to pass the connection on while the queue for that is full, in nanoseconds.
  private static let passingPause: UInt64 = 2_000_000
  /// Bytes that are taken from one socket before the loop turns to others.
  private static let turnLimit = 1 << 20

  let output: ConnectionOutput
  private let descriptor: SharedDescriptor
  private let server: FastCGIServer
  private let watch: ConnectionWatch
  private var receiver = RequestReceiver()
  private var body: RequestBody?
  private var arrived: ArrivedRequest?
  private let arrival = WaitPoint()
  /// When the parameters that have begun to come must be complete.
  private var parameterDeadline: UInt64?
  /// Goes on reading in the next turn of the loop.
  private var nextTurn: LoopTimer?

  /// Events are edges: this is false only once the socket has been seen empty since the last one.
  private var mayHaveInput = true
  /// The peer has said that it sends nothing more: a short read may have the end of the stream behind it.
  private var isEndAnnounced = false
  private var hasInputEnded = false
  private var isPeerGone = false
  /// Closes as soon as no request is there.
  private var closesWhenIdle = false
  /// Takes no further request, whatever is in the socket.
  private var isOver = false
  /// It could not be passed on to another process, and is served here to its end.
  private var cannotBePassedOn = false
  private(set) var isServing = false
  /// A unix peer that is gone shows as a hang-up; a TCP peer only as the end of its sending.
  private let isUnix: Bool

  private struct ArrivedRequest {
    var id: UInt16
    var keepsConnection: Bool
    var parameters: ParameterList
  }

  init(_ descriptor: consuming FileDescriptor, server: FastCGIServer) {
    self.descriptor = SharedDescriptor(descriptor)
    self.server = server
    isUnix = self.descriptor.descriptor.socketFamily == .unix
    watch = ConnectionWatch(self.descriptor)
    output = ConnectionOutput(self.descriptor, watch, isUnix: isUnix)
  }

  /// Serves the connection until it is closed.
  func serve() async {
    defer { close() }
    do throws(EventLoopError) {
      try watch.begin(self)
    } catch {
      return server.log("cannot watch a connection: error \(error.code)")
    }
    if !isUnix { descriptor.descriptor.disableSendDelay() }
    while !isOver, let next = await nextRequest() {
      isServing = true
      await handle(next)
      isServing = false
    }
  }

  /// Ends the connection as soon as it is idle: a request that has begun to come, or that waits in the socket, is
  /// still answered.
  func closeSoon() {
    closesWhenIdle = true
    if !isServing { arrival.wake() }
  }

  /// Passes the connection on to another process as soon as it is idle.
  func passOnSoon() {
    if !isServing { arrival.wake() }
  }

  /// Whether the connection is for another process from here on. Nothing is read from it any more then: what comes is
  /// the next process's.
  private var isToBePassedOn: Bool {
    server.passesConnectionsOn && !isServing && !cannotBePassedOn && arrived == nil && !isPeerGone && !hasInputEnded
      && receiver.holdsNothing && output.holdsNothing
  }

  /// Cuts the connection, whatever it does, since the server stops.
  func cut() {
    output.fail(.stopped)
    peerGone()
  }

  private func close() {
    if let nextTurn { EventLoop.current.cancel(nextTurn) }
    watch.end()
    server.remove(self)
  }

  // MARK: Requests

  private func nextRequest() async -> ArrivedRequest? {
    while true {
      // A last look, before the connection is taken for idle: the event may not have come yet.
      if closesWhenIdle { mayHaveInput = true }
      if isToBePassedOn {
        switch server.passOn(descriptor) {
        case .passed: return nil
        case .full:
          _ = await arrival.wait(until: EventLoop.current.now &+ Self.passingPause)
          continue
        case .failed: cannotBePassedOn = true
        }
      }
      read()
      if isPeerGone { return nil }
      if let next = arrived {
        arrived = nil
        return next
      }
      if receiver.isBetweenRequests {
        if hasInputEnded || (closesWhenIdle && !mayHaveInput) { return nil }
      } else if parameterDeadline == nil {
        parameterDeadline = EventLoop.current.now &+ Self.parameterLimit
      }
      if await arrival.wait(until: parameterDeadline) == .timedOut, let parameterDeadline,
        parameterDeadline <= EventLoop.current.now
      {
        return nil
      }
    }
  }

  private func handle(_ next: ArrivedRequest) async {
    guard let body else { return }
    body.source = self
    let request = Request(
      parameters: next.parameters, body: body, keepsConnection: next.keepsConnection, started: EventLoop.current.now)
    let response = ResponseWriter(output: output, requestID: next.id, body: body)
    await server.handler(request, response)
    await response.close()
    body.source = nil
    self.body = nil
    let wasReceivedWhole = receiver.finishActiveRequest()
    isOver = !next.keepsConnection || !response.endedCleanly || !wasReceivedWhole
  }

  // MARK: Input

  private func read() {
    guard mayHaveInput, !isToBePassedOn else { return }
    var budget = Self.turnLimit
    var buffer = server.takeReadBuffer()
    while mayHaveInput, !isPeerGone, body?.isFull != true {
      guard budget > 0 else {
        continueInNextTurn()
        break
      }
      let progress: SocketProgress
      do throws(Errno) {
        progress = try descriptor.descriptor.receive(into: &buffer)
      } catch {
        peerGone()
        break
      }
      switch progress {
      case .wouldBlock:
        mayHaveInput = false
      case .closed:
        mayHaveInput = false
        inputEnded()
      case .bytes(let count):
        budget -= count
        // A short read has emptied the socket (epoll(7)): what comes later is a new edge.
        if count < buffer.count, !isEndAnnounced { mayHaveInput = false }
        take(buffer.span.extracting(0..<count))
      }
    }
    server.giveBackReadBuffer(&buffer)
    if receiver.isBetweenRequests { parameterDeadline = nil }
    // Whoever waits for a request has to look again at what it waits for.
    if !isServing, closesWhenIdle || (!receiver.isBetweenRequests && parameterDeadline == nil) { arrival.wake() }
  }

  /// A peer that sends and sends must not keep the loop from others.
  private func continueInNextTurn() {
    let timer = nextTurn ?? LoopTimer { [weak self] in self?.read() }
    nextTurn = timer
    EventLoop.current.schedule(timer, at: EventLoop.current.now &+ 1)
  }

  private func take(_ input: Span<UInt8>) {
    var position = 0
    while let action = receiver.next(in: input, at: &position) {
      switch action {
      case .request(let id, let keepsConnection, let parameters):
        guard let parameters = ParameterList(parameters) else { return violated("malformed FCGI_PARAMS") }
        body = RequestBody(announcedLength: parameters["CONTENT_LENGTH"].flatMap { UInt64($0) })
        output.reset()
        arrived = ArrivedRequest(id: id, keepsConnection: keepsConnection, parameters: parameters)
        parameterDeadline = nil
        arrival.wake()
      case .body(let range):
        body?.append(input, range)
      case .bodyEnded:
        body?.end()
      case .abort:
        body?.fail(.aborted)
        output.requestWasAborted()
      case .reply(let bytes, let closes):
        guard output.enqueueReply(bytes) else { return violated("management replies are not taken") }
        if closes { closesWhenIdle = true }
      case .violation(let what):
        return violated(what)
      }
    }
  }

  private func violated(_ what: String) {
    server.log("FastCGI protocol violation: \(what)")
    peerGone()
  }

  /// The peer sends nothing more. A TCP peer that is gone looks the same, and a connection without a request is over.
  private func inputEnded() {
    hasInputEnded = true
    guard isUnix, !receiver.isBetweenRequests, let body else { return peerGone() }
    body.inputEnded()
  }

  private func peerGone() {
    isPeerGone = true
    body?.fail(.aborted)
    output.fail()
    arrival.wake()
  }
}

extension Connection: RequestBodySource {
  func bodyHasRoom() {
    read()
  }
}

extension Connection: ReadinessHandler {
  func becameReady(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: [.hangup, .error]) {
      // What was sent before the end may still hold a whole request, but the client has disconnected.
      return peerGone()
    }
    if readiness.contains(.writable) { output.becameWritable() }
    if readiness.contains(.peerClosed) { isEndAnnounced = true }
    if !readiness.isDisjoint(with: [.readable, .peerClosed]) {
      mayHaveInput = true
      read()
    }
  }
}
