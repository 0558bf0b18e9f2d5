internal import CCurl
public import EventLoop
internal import HTTPSemantics
internal import Posix

/// A request whose bodies stream both ways, on the loop.
///
/// Whoever sends waits while libcurl has not taken what was sent before; whoever does not read lets the server wait. A
/// wait in which nothing moves for longer than its phase allows ends the exchange; while nobody waits, no time runs.
@EventLoopActor
public final class StreamedExchange {
  private let transfers: MultiTransfer
  private var easy: Easy
  private let relay: StreamRelay
  private let timeouts: ExchangeTimeouts
  /// Whether `detachBody` may be tried.
  public private(set) var isDetachable: Bool
  /// The socket that libcurl last asked to watch for it.
  var socket: Int32?
  private let began = EventLoop.current.now
  private let progress = WaitPoint()
  /// Nanoseconds after which whoever reads is slow.
  private static let slowReadThreshold: UInt64 = 100_000_000
  private var latestRead: UInt64?
  private var outcome: TransferOutcome?
  /// Why it was ended from this side.
  private var end: HTTPFailure?

  init(
    _ transfers: MultiTransfer, _ easy: consuming Easy, _ relay: StreamRelay, _ timeouts: ExchangeTimeouts,
    isDetachable: Bool
  ) {
    self.transfers = transfers
    self.isDetachable = isDetachable
    self.easy = easy
    self.relay = relay
    self.timeouts = timeouts
  }

  var identity: UInt { easy.identity }

  func begin(in multi: borrowing Multi) throws(HTTPFailure) { try multi.add(easy) }

  func leave(_ multi: borrowing Multi) { multi.remove(easy) }

  /// The transfer has ended.
  func ended(_ outcome: TransferOutcome) {
    self.outcome = outcome
    progress.wake()
  }

  func outcome(_ code: CURLcode) -> TransferOutcome { easy.outcome(code) }

  /// Bytes have come or gone.
  func wake() { progress.wake() }

  /// Sends bytes of the request's body, once those before them are on their way.
  public func send(_ pieces: [ArraySlice<UInt8>]) async throws(HTTPFailure) {
    while relay.upload.isFull, outcome == nil { try await wait(.sending) }
    // A server that has answered may want no more of the body.
    if outcome != nil { throw failure ?? .cutShort }
    if let failure { throw failure }
    for piece in pieces { relay.upload.append(piece) }
    resumeUpload()
  }

  /// Says that the request's body is complete.
  public func finish() {
    relay.upload.end()
    resumeUpload()
  }

  /// The head of the response, once it has come: also of a transfer that has failed since, whose bytes can still be read.
  public func response() async throws(HTTPFailure) -> HTTPResponse {
    while true {
      if let end { throw end }
      if let answer = answerSoFar { return answer }
      if let failure { throw failure }
      if outcome != nil { throw .cutShort }
      try await wait(relay.upload.isEmpty ? .answer : .sending)
    }
  }

  /// The head of the response as far as it has come whole, also of a transfer that has failed since: a server may answer
  /// and close before it has taken the request's body.
  public var answerSoFar: HTTPResponse? {
    guard relay.collector.failure == nil, let response = relay.collector.response, relay.collector.isHeadComplete,
      !response.isInterim
    else { return nil }
    return response
  }

  /// Whether `read` returns without waiting.
  public var isReadable: Bool { !relay.download.isEmpty || outcome != nil || end != nil }

  /// The next bytes of the response's body; nil at its end.
  public func read() async throws(HTTPFailure) -> [UInt8]? {
    let now = EventLoop.current.now
    if relay.download.isPaused, let latestRead {
      relay.download.note(
        isSlow: now &- latestRead > Self.slowReadThreshold, slowLimit: transfers.buffers.least,
        fastLimit: transfers.bufferShare)
    }
    latestRead = now
    while true {
      if !relay.download.isEmpty {
        let bytes = Array(relay.download.take(upTo: .max))
        if relay.download.isPaused, !relay.download.isFull {
          relay.download.isPaused = false
          easy.resume()
          transfers.settle()
        }
        return bytes
      }
      if let failure { throw failure }
      if outcome != nil {
        guard relay.collector.isHeadComplete else { throw .cutShort }
        return nil
      }
      try await wait(.receiving)
    }
  }

  /// Takes the rest of the response's body from libcurl, as it comes on the connection; the exchange is over then. That is
  /// possible once, for a body whose length is known, when libcurl has handed over all that it has taken.
  /// - Returns: nil where it is not possible. Then `read` goes on.
  /// - Throws: `cutShort` where the connection was lost over it.
  public func detachBody() throws(HTTPFailure) -> DetachedBody? {
    defer { isDetachable = false }
    guard isDetachable, outcome == nil, end == nil, let socket, easy.newConnections == 1, let response = answerSoFar,
      !response.fields.contains("Transfer-Encoding"), !response.fields.contains("Content-Encoding"),
      let length = response.fields["Content-Length"].flatMap({ UInt64($0) })
    else { return nil }
    if relay.download.isPaused {
      relay.takesAll = true
      relay.download.isPaused = false
      easy.resume()
      relay.takesAll = false
      transfers.settle()
    }
    guard outcome == nil, failure == nil, !relay.download.isPaused, relay.bodyBytes < length else { return nil }
    let borrowed = FileDescriptor(owning: socket)
    let duplicate = try? borrowed.duplicate()
    _ = borrowed.release()
    // What libcurl holds back would be missing: the kernel knows how much it has taken.
    guard let duplicate, duplicate.takenBytes == relay.headBytes + relay.bodyBytes else { return nil }
    transfers.forget(socket)
    cancel()
    // Nor must it take any when it closes its descriptor.
    guard duplicate.takenBytes == relay.headBytes + relay.bodyBytes else { throw .cutShort }
    return DetachedBody(
      relay.download.takeAll(), SharedDescriptor(duplicate), length: length - relay.bodyBytes,
      stall: timeouts.nanoseconds(.receiving), transfers)
  }

  /// Ends the exchange when all of the response has been read that somebody expects. The connection is good for the next
  /// one where the response has just ended, too.
  public func close() {
    if outcome == nil, end == nil {
      if relay.download.isPaused { easy.resume() }
      transfers.proceed()
    }
    cancel()
  }

  /// Whole days until the server's certificate runs out, -1 where it is over or nothing is known.
  public var certificateDaysLeft: Int {
    CertificateExpiry.daysLeft(easy.certificateLines, now: Clock.now().seconds) ?? -1
  }

  /// Ends the exchange at once, whatever is under way; who waits for it gets `cancelled`.
  public func cancel() { stop(.cancelled) }

  private func stop(_ reason: HTTPFailure) {
    guard outcome == nil, end == nil else { return }
    end = reason
    transfers.remove(self)
    progress.wake()
  }

  /// Waits until something moves. What does not within the phase's time ends the exchange.
  private func wait(_ phase: ExchangePhase) async throws(HTTPFailure) {
    let now = EventLoop.current.now
    var (late, moment) = (phase, timeouts.nanoseconds(phase).map { now &+ $0 } ?? .max)
    if let whole = timeouts.nanoseconds(.whole), began &+ whole < moment { (late, moment) = (.whole, began &+ whole) }
    guard moment > now, await progress.wait(until: moment) == .woken else {
      stop(.overdue(late))
      throw failure ?? .overdue(late)
    }
  }

  private var failure: HTTPFailure? { end ?? relay.collector.failure ?? outcome?.failure }

  private func resumeUpload() {
    guard relay.upload.isPaused else { return }
    relay.upload.isPaused = false
    easy.resume()
    transfers.settle()
  }
}

/// What libcurl calls for a streamed exchange. It is called by the loop's thread alone, while libcurl is.
final class StreamRelay: TransferHandler {
  let collector: ResponseCollector
  var upload: StreamedBody
  var download: StreamedBody
  /// Set while libcurl hands over what it held when it was paused: then what is held here has no limit.
  var takesAll = false
  /// Bytes of heads and of the body that have come.
  private(set) var headBytes: UInt64 = 0
  private(set) var bodyBytes: UInt64 = 0
  private let identity: UInt
  private let progressed: ProgressList

  init(_ request: HTTPRequest, identity: UInt, bufferLimit: Int, _ progressed: ProgressList) {
    collector = ResponseCollector(request)
    upload = StreamedBody(limit: bufferLimit)
    download = StreamedBody(limit: bufferLimit)
    self.identity = identity
    self.progressed = progressed
  }

  func receive(headerLine line: [UInt8]) -> Bool {
    progressed.note(identity)
    headBytes += UInt64(line.count)
    return collector.receive(headerLine: line)
  }

  func receive(body bytes: Span<UInt8>) -> TransferStep {
    progressed.note(identity)
    guard takesAll || !download.isFull else {
      download.isPaused = true
      return .pause
    }
    download.append(copying: bytes)
    bodyBytes += UInt64(bytes.count)
    return .proceed
  }

  func nextBytes(upTo limit: Int) -> UploadStep {
    if upload.isEmpty, !upload.isEnded {
      upload.isPaused = true
      return .pause
    }
    progressed.note(identity)
    return .bytes(upload.takePieces(upTo: limit))
  }
}
