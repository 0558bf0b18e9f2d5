internal import EventLoop
internal import FastCGIWire
internal import Posix

/// One connection from the web server: it receives requests, one at a time, and hands each to the handler.
@EventLoopActor
final class Connection {
  /// How long the parameters of a request that has begun may take, in nanoseconds.
  private static let parameterLimit: UInt64 = 30_000_000_000

  let output: ConnectionOutput
  private let descriptor: SharedDescriptor
  private let server: FastCGIServer
  private var token: SourceToken?
  private var receiver = RequestReceiver()
  private var body: RequestBody?
  private var arrived: ArrivedRequest?
  private let arrival = WaitPoint()
  private var hasUnreadInput = false
  private var isPeerGone = false
  private var closesAfterRequest = false
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
    output = ConnectionOutput(self.descriptor, isUnix: isUnix)
  }

  /// Serves the connection until it is closed.
  func serve() async {
    do throws(EventLoopError) {
      token = try EventLoop.current.register(
        descriptor.descriptor, [.readable, .writable, .peerClosed, .edgeTriggered], handler: self)
    } catch {
      return
    }
    if !isUnix { descriptor.descriptor.disableSendDelay() }
    while let next = await nextRequest() {
      isServing = true
      await handle(next)
      isServing = false
      if closesAfterRequest { break }
    }
    close()
  }

  /// Ends an idle connection, or the one that is served after its request.
  func closeSoon() {
    closesAfterRequest = true
    if !isServing { arrival.wake() }
  }

  /// Cuts the connection, whatever it does, since the server stops.
  func cut() {
    output.breakOff(.stopped)
    peerGone()
  }

  private func close() {
    if let token { EventLoop.current.unregister(descriptor.descriptor, token) }
    token = nil
    server.remove(self)
  }

  // MARK: Requests

  private func nextRequest() async -> ArrivedRequest? {
    while arrived == nil {
      if isPeerGone || closesAfterRequest { return nil }
      read()
      if arrived != nil { break }
      if isPeerGone { return nil }
      let deadline = receiver.isBetweenRequests ? nil : EventLoop.current.now &+ Self.parameterLimit
      if await arrival.wait(until: deadline) == .timedOut, !receiver.isBetweenRequests { return nil }
    }
    defer { arrived = nil }
    return arrived
  }

  private func handle(_ next: ArrivedRequest) async {
    guard let body else { return }
    body.onRoom { [unowned self] in read() }
    let request = Request(parameters: next.parameters, body: body, started: EventLoop.current.now)
    let response = ResponseWriter(output: output, requestID: next.id, body: body)
    await server.handler(request, response)
    await response.close()
    self.body = nil
    let wasReceivedWhole = receiver.finishActiveRequest()
    if !next.keepsConnection || !response.endedCleanly || !wasReceivedWhole || isPeerGone { closesAfterRequest = true }
  }

  // MARK: Input

  private func read() {
    hasUnreadInput = true
    var buffer = server.takeReadBuffer()
    defer { server.giveBackReadBuffer(&buffer) }
    while hasUnreadInput, !isPeerGone, body?.isFull != true {
      let progress: SocketProgress
      do throws(Errno) {
        progress = try descriptor.descriptor.receive(into: &buffer)
      } catch {
        return peerGone()
      }
      switch progress {
      case .wouldBlock:
        hasUnreadInput = false
      case .closed:
        hasUnreadInput = false
        inputEnded()
      case .bytes(let count):
        // A short read has emptied the socket (epoll(7)): what comes later is a new edge.
        if count < buffer.count { hasUnreadInput = false }
        take(buffer.span.extracting(0..<count))
      }
    }
  }

  private func take(_ input: Span<UInt8>) {
    var position = 0
    while let action = receiver.next(in: input, at: &position) {
      switch action {
      case .request(let id, let keepsConnection, let parameters):
        guard let parameters = ParameterList(parameters) else { return violated("malformed FCGI_PARAMS") }
        body = RequestBody(announcedLength: parameters["CONTENT_LENGTH"].flatMap { UInt64($0) })
        arrived = ArrivedRequest(id: id, keepsConnection: keepsConnection, parameters: parameters)
        arrival.wake()
      case .body(let range):
        body?.append(input, range)
      case .bodyEnded:
        body?.end()
      case .abort:
        body?.fail(.aborted)
        output.abort()
      case .reply(let bytes, let closes):
        guard output.enqueueReply(bytes) else { return violated("management replies are not taken") }
        if closes { closeSoon() }
      case .violation(let what):
        return violated(what)
      }
    }
  }

  private func violated(_ what: String) {
    server.log("FastCGI protocol violation: \(what)")
    peerGone()
  }

  /// The peer sends nothing more. A TCP peer that is gone looks the same, and an idle connection is over anyway.
  private func inputEnded() {
    if !isUnix || !isServing { return peerGone() }
    body?.fail(.aborted)
  }

  private func peerGone() {
    isPeerGone = true
    body?.fail(.aborted)
    output.breakOff()
    arrival.wake()
  }
}

extension Connection: ReadinessHandler {
  func becameReady(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: [.hangup, .error]) {
      // What was sent before the end may still hold a whole request, but nobody is left to answer it to.
      return peerGone()
    }
    if readiness.contains(.writable) { output.becameWritable() }
    if !readiness.isDisjoint(with: [.readable, .peerClosed]) {
      hasUnreadInput = true
      read()
    }
  }
}
