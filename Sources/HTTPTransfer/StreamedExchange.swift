internal import CCurl
public import EventLoop

/// A request whose bodies stream both ways, on the loop.
///
/// Whoever sends waits while libcurl has not taken what was sent before; whoever does not read lets the server wait.
@EventLoopActor
public final class StreamedExchange {
  private let transfers: MultiTransfer
  private var easy: Easy
  private let relay: StreamRelay
  private let progress = WaitPoint()
  private var outcome: TransferOutcome?
  private var isCancelled = false

  init(_ transfers: MultiTransfer, _ easy: consuming Easy, _ relay: StreamRelay) {
    self.transfers = transfers
    self.easy = easy
    self.relay = relay
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
  public func send(_ bytes: [UInt8]) async throws(HTTPFailure) {
    while relay.upload.isFull {
      // A server that has answered may want no more of the body.
      if outcome != nil { throw failure ?? .cutShort }
      _ = await progress.wait()
    }
    if let failure { throw failure }
    relay.upload.append(bytes)
    resumeUpload()
  }

  /// Says that the request's body is complete.
  public func finish() {
    relay.upload.end()
    resumeUpload()
  }

  /// The head of the response, once it has come.
  public func response() async throws(HTTPFailure) -> HTTPResponse {
    while true {
      if let failure { throw failure }
      if let response = relay.collector.response, relay.collector.isHeadComplete, !response.isInterim {
        return response
      }
      if outcome != nil { throw .cutShort }
      _ = await progress.wait()
    }
  }

  /// The next bytes of the response's body; nil at its end.
  public func read() async throws(HTTPFailure) -> [UInt8]? {
    while true {
      if !relay.download.isEmpty {
        let bytes = relay.download.take(upTo: .max)
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
      _ = await progress.wait()
    }
  }

  /// Ends the exchange at once, whatever is under way; who waits for it gets `cancelled`.
  public func cancel() {
    guard outcome == nil, !isCancelled else { return }
    isCancelled = true
    transfers.remove(self)
    progress.wake()
  }

  private var failure: HTTPFailure? {
    isCancelled ? .cancelled : relay.collector.failure ?? outcome?.failure
  }

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
  var upload = StreamedBody()
  var download = StreamedBody()
  private let identity: UInt
  private let progressed: ProgressList

  init(_ request: HTTPRequest, identity: UInt, _ progressed: ProgressList) {
    collector = ResponseCollector(request)
    self.identity = identity
    self.progressed = progressed
  }

  func receive(headerLine line: [UInt8]) -> Bool {
    progressed.note(identity)
    return collector.receive(headerLine: line)
  }

  func receive(body bytes: Span<UInt8>) -> TransferStep {
    progressed.note(identity)
    guard !download.isFull else {
      download.isPaused = true
      return .pause
    }
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    download.append(copy)
    return .proceed
  }

  func nextBytes(upTo limit: Int) -> UploadStep {
    if upload.isEmpty, !upload.isEnded {
      upload.isPaused = true
      return .pause
    }
    progressed.note(identity)
    return .bytes(upload.take(upTo: limit)[...])
  }
}
