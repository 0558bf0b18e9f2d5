public import EventLoop
internal import HTTPSemantics
internal import Posix

/// Transfers that go on side by side on the loop: libcurl says which sockets and which moment it waits for, the loop says
/// when they are there.
@EventLoopActor
public final class MultiTransfer {
  private let library: CurlLibrary
  private let multi: Multi
  private let progressed = ProgressList()
  private var running: [UInt: StreamedExchange] = [:]
  /// How many bodies come past libcurl.
  private var detachedCount = 0
  private var sockets: [Int32: WatchedSocket] = [:]
  private var timer: LoopTimer?
  let buffers: BufferShares
  private lazy var trust = TrustedAuthorities.ofProcess()

  /// - Parameters:
  ///   - idleConnections: how many connections are kept open for the next exchange.
  ///   - buffers: how many bytes of a body are held for an exchange, in each direction, with one piece more.
  /// - Throws: where libcurl is not there.
  public init(idleConnections: Int = 32, buffers: BufferShares = BufferShares()) throws(HTTPFailure) {
    library = try CurlLibrary.shared()
    multi = try Multi(library, idleConnections: idleConnections)
    self.buffers = buffers
  }

  /// Reads which certificates this machine trusts. The first exchange with a secure server does so otherwise, on the loop.
  public func readTrust() { _ = trust }

  /// Begins an exchange.
  /// - Parameters:
  ///   - request: its own body is left alone.
  ///   - bodyLength: the length of the body that will be sent; nil for a request without one.
  ///   - timeouts: how long it may take.
  ///   - detachable: whether the response's body is to be one that can be detached, if that is possible. A new connection
  ///     is made for it.
  public func begin(
    _ request: HTTPRequest, to origin: HTTPOrigin, bodyLength: UInt64? = nil,
    timeouts: ExchangeTimeouts = ExchangeTimeouts(), detachable: Bool = false
  ) throws(HTTPFailure) -> StreamedExchange {
    // The time limits of libcurl also run while a body waits for its sender.
    var options = request.options(
      for: origin, upload: bodyLength.map { .sized($0) } ?? .none,
      timeouts: TransferOptions.Timeouts(connect: timeouts.connecting, stall: 0),
      trust: origin.isSecure ? trust : TrustedAuthorities())
    let isDetachable = detachable && !origin.isSecure && Pipe.isSupported
    options.isOverNewConnection = isDetachable
    let share = buffers.share(among: count + 1)
    options.bufferSize = max(buffers.least, share / 4)
    if bodyLength != nil { options.uploadBufferSize = share }
    var easy = try Easy(library)
    let relay = StreamRelay(request, identity: easy.identity, bufferLimit: share, progressed)
    try easy.prepare(options, relay)
    let exchange = StreamedExchange(self, easy, relay, timeouts, isDetachable: isDetachable)
    running[exchange.identity] = exchange
    do throws(HTTPFailure) { try exchange.begin(in: multi) } catch {
      running[exchange.identity] = nil
      throw error
    }
    settle()
    return exchange
  }

  /// How many exchanges are under way, those with a detached body among them.
  public var count: Int { running.count + detachedCount }

  /// How many bytes of a body are held for each exchange that is under way, in each direction.
  public var bufferShare: Int { buffers.share(among: count) }

  /// A body comes past libcurl from now on, or has ended.
  func noteDetached(_ change: Int) { detachedCount += change }

  /// Stops watching a socket. Where a duplicate of it stays open, closing alone would leave it in epoll.
  func forget(_ number: Int32) { sockets.removeValue(forKey: number)?.forget() }

  /// Takes an exchange out, whatever it is doing.
  func remove(_ exchange: StreamedExchange) {
    guard running.removeValue(forKey: exchange.identity) != nil else { return }
    exchange.leave(multi)
    settle()
  }

  /// Does what libcurl has asked for, and tells those who wait what has come of their exchanges.
  func settle() {
    repeat {
      for wish in multi.takeWishes() { fulfil(wish) }
      while let (identity, code) = multi.nextEnded() {
        guard let exchange = running.removeValue(forKey: identity) else { continue }
        let outcome = exchange.outcome(code)
        exchange.leave(multi)
        exchange.ended(outcome)
      }
    } while multi.hasWishes
    for identity in progressed.take() { running[identity]?.wake() }
  }

  private func fulfil(_ wish: MultiWish) {
    switch wish {
    case .watch(let number, let identity, let isReadable, let isWritable):
      running[identity]?.socket = number
      var interest: Readiness = []
      if isReadable { interest.insert(.readable) }
      if isWritable { interest.insert(.writable) }
      let socket = sockets[number] ?? WatchedSocket(number, self)
      sockets[number] = socket
      // A socket that cannot be watched is heard of when its transfer's time limit ends.
      try? socket.watch(interest)
    case .forget(let number): forget(number)
    case .wakeUp(let milliseconds):
      let timer = self.timer ?? LoopTimer { [weak self] in self?.proceed() }
      self.timer = timer
      EventLoop.current.schedule(timer, at: EventLoop.current.now &+ UInt64(milliseconds) * 1_000_000)
    case .noWakeUp: if let timer { EventLoop.current.cancel(timer) }
    }
  }

  /// Has libcurl go on with what need not wait, or has waited long enough.
  func proceed() {
    multi.timeOut()
    settle()
  }

  fileprivate func becameReady(_ number: Int32, _ readiness: Readiness) {
    multi.socket(
      number, isReadable: !readiness.isDisjoint(with: [.readable, .peerClosed, .hangup]),
      isWritable: readiness.contains(.writable), hasFailed: readiness.contains(.error))
    settle()
  }
}

/// A socket of libcurl's, which closes it itself.
@EventLoopActor
private final class WatchedSocket: ReadinessHandler {
  private let number: Int32
  private weak var transfers: MultiTransfer?
  private var token: SourceToken?

  init(_ number: Int32, _ transfers: MultiTransfer) {
    self.number = number
    self.transfers = transfers
  }

  func becameReady(_ readiness: Readiness) { transfers?.becameReady(number, readiness) }

  /// Watches the state of the socket, not its changes: libcurl may leave bytes for the next time.
  func watch(_ interest: Readiness) throws(EventLoopError) {
    let socket = FileDescriptor(owning: number)
    let result = Result<Void, EventLoopError> { () throws(EventLoopError) in
      if let token {
        try EventLoop.current.update(socket, interest, token)
      } else {
        token = try EventLoop.current.register(socket, interest, handler: self)
      }
    }
    _ = socket.release()
    try result.get()
  }

  func forget() {
    let socket = FileDescriptor(owning: number)
    if let token { EventLoop.current.unregister(socket, token) }
    token = nil
    _ = socket.release()
  }
}

/// Which exchanges have got on while libcurl was called. The loop's thread alone uses it.
final class ProgressList {
  private var identities: Set<UInt> = []

  func note(_ identity: UInt) { identities.insert(identity) }

  func take() -> Set<UInt> {
    defer { identities = [] }
    return identities
  }
}
