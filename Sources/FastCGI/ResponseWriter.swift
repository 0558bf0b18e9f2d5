public import EventLoop
internal import FastCGIWire
public import Posix

/// Sends the response to one request as STDOUT records (sections 3.3 and 5.3).
@EventLoopActor
public final class ResponseWriter {
  private enum Phase {
    case notStarted
    case streaming
    case ended
    case failed
  }

  /// Bytes of small pieces that are gathered before they are sent.
  private static let gatherLimit = 32_768

  private let output: ConnectionOutput
  private let requestID: UInt16
  private let body: RequestBody
  private var phase = Phase.notStarted
  private var gathered: [UInt8] = []
  /// Bytes of the response still to come, and of them those that the open record still takes.
  private var streamRemaining: UInt64 = 0
  private var recordRemaining = 0
  private var heldBack: UInt64 = 0
  /// Whether what was sent so far, and what is gathered, are whole records and the beginning of one.
  private var isFramed = true
  /// Bytes of the response that have been handed over, those that are still gathered among them.
  public private(set) var bytesSent: UInt64 = 0

  init(output: ConnectionOutput, requestID: UInt16, body: RequestBody) {
    self.output = output
    self.requestID = requestID
    self.body = body
  }

  /// Whether a response has begun.
  public var hasStarted: Bool { phase != .notStarted }

  /// Whether nobody waits for the response any more.
  public var isAborted: Bool { output.isBroken || output.isAborted }

  /// Throws where nobody waits for the response any more: for a handler that waits for something else.
  public func check() throws(RequestFailure) {
    try output.check()
    if output.isAborted { throw .aborted }
  }

  /// Whether the request came to its END_REQUEST, with all that was announced or after an FCGI_ABORT_REQUEST, so that
  /// the connection is still good.
  var endedCleanly: Bool { phase == .ended }

  // MARK: Whole responses

  /// Sends a response that stands in memory, head and body, and ends it.
  /// - Throws: `.aborted`, `.timedOut`; `.bodyTooLarge` where the request's body goes on and on.
  public func send(_ response: [UInt8]) async throws(RequestFailure) {
    try await start(length: UInt64(response.count))
    try await write(response)
    try await finish()
  }

  // MARK: Streamed responses

  /// Starts a response of which every byte is known by number, CGI head included. The request's body is read to its
  /// end first: a reply before that would be lost.
  /// - Parameters:
  ///   - length: bytes of the response.
  ///   - heldBack: how many bytes at its end get a record of their own, so that they can be kept back for a last check.
  public func start(length: UInt64, heldBack: UInt64 = 0) async throws(RequestFailure) {
    precondition(heldBack <= length)
    precondition(phase == .notStarted)
    phase = .failed
    if !body.isConsumed {
      do throws(RequestFailure) {
        try await body.discard()
      } catch .bodyLengthMismatch {
        // The reply may be about just that.
      }
    }
    if output.isAborted { throw .aborted }
    phase = .streaming
    streamRemaining = length
    self.heldBack = heldBack
  }

  /// Sends bytes of the response, gathered with others into larger pieces.
  public func write(_ bytes: [UInt8]) async throws(RequestFailure) {
    guard phase != .failed else { throw .aborted }
    precondition(phase == .streaming && UInt64(bytes.count) <= streamRemaining)
    var position = 0
    while position < bytes.count {
      openRecordIfNeeded()
      let count = min(recordRemaining, bytes.count - position)
      gathered.append(contentsOf: bytes[position..<position + count])
      position += count
      advance(count)
      if gathered.count >= Self.gatherLimit { try await flush(more: streamRemaining > 0) }
    }
  }

  /// Sends a part of a file, without its bytes passing through this process. The pages should be in memory: the call
  /// that hands them over waits for the disk otherwise.
  /// - Throws: `.fileUnreadable` where it is the file's fault; then `breakOff()` still tells the client.
  public func write(_ file: SharedDescriptor, _ range: Range<UInt64>) async throws(RequestFailure) {
    guard phase != .failed else { throw .aborted }
    precondition(phase == .streaming && UInt64(range.count) <= streamRemaining)
    var position = range.lowerBound
    while position < range.upperBound {
      if output.isAborted { throw fail(.aborted) }
      openRecordIfNeeded()
      try await flush(more: true)
      let count = min(UInt64(recordRemaining), range.upperBound - position)
      var sent = position
      do throws(RequestFailure) {
        try await output.send(
          file, from: &sent, to: position + count, endsRecord: count == UInt64(recordRemaining))
      } catch {
        advance(Int(sent - position))
        if case .fileUnreadable = error { throw error }
        isFramed = false
        throw fail(error)
      }
      position += count
      advance(Int(count))
    }
  }

  /// Sends what was gathered, without waiting for more of it.
  public func flush() async throws(RequestFailure) {
    try await flush(more: false)
  }

  /// Whether `drain()` makes sure that what happens afterwards to a file does not change the bytes sent of it. Where it
  /// cannot, send copies.
  public var canConfirmDelivery: Bool { output.canConfirmDelivery }

  /// Waits until the web server has taken every byte that was sent so far.
  public func drain() async throws(RequestFailure) {
    try await flush(more: false)
    var pause: UInt64 = 500_000
    let deadline = EventLoop.current.now &+ ConnectionOutput.progressLimit
    while output.unsentBytes > 0 {
      do throws(RequestFailure) { try check() } catch { throw fail(error) }
      if EventLoop.current.now > deadline { throw fail(.timedOut) }
      await EventLoop.current.sleep(nanoseconds: pause)
      pause = min(pause * 2, 50_000_000)
    }
  }

  /// Ends the response: all that was announced has been written.
  public func finish() async throws(RequestFailure) {
    guard phase != .failed else { throw .aborted }
    precondition(phase == .streaming && streamRemaining == 0)
    if output.isAborted { throw fail(.aborted) }
    gathered.appendRecordHeader(RecordHeader(type: .standardOutput, requestID: requestID, contentLength: 0))
    gathered.appendEndRequest(requestID, .requestComplete)
    try await flush(more: false)
    phase = .ended
  }

  /// Breaks the response off, so that the client sees a failed transfer: END_REQUEST before the announced length,
  /// without an empty STDOUT record, which hangs some modes of nginx. An open record is filled up with zeros; at least
  /// one byte of the response never comes. The connection is closed afterwards.
  public func breakOff() async {
    guard phase == .streaming else { return }
    phase = .failed
    defer { isFramed = false }
    // Filling up the last record would make the response look whole: there, only closing is left.
    guard streamRemaining > UInt64(recordRemaining) else { return }
    try? await sendEarlyEnd()
  }

  /// Called when the handler is done, whatever it did.
  func close() async {
    if phase == .streaming, !output.isAborted { await breakOff() }
    guard phase != .ended, output.isAborted, isFramed else { return }
    // The web server has given the request up, and waits for its end to use the connection again (section 5.4).
    phase = .failed
    if (try? await sendEarlyEnd()) != nil { phase = .ended }
  }

  /// Ends the request where it is. There is a place for END_REQUEST only between two records.
  private func sendEarlyEnd() async throws(RequestFailure) {
    var end: [UInt8] = []
    swap(&end, &gathered)
    end.append(contentsOf: repeatElement(0, count: recordRemaining))
    end.appendEndRequest(requestID, .requestComplete, applicationStatus: 1)
    try await output.send(end, endsRecord: true)
  }

  // MARK: Records

  private func openRecordIfNeeded() {
    guard recordRemaining == 0 else { return }
    let before = streamRemaining > heldBack ? streamRemaining - heldBack : streamRemaining
    recordRemaining = Int(min(UInt64(RecordHeader.alignedContentLength), before))
    gathered.appendRecordHeader(
      RecordHeader(type: .standardOutput, requestID: requestID, contentLength: recordRemaining))
  }

  private func advance(_ count: Int) {
    recordRemaining -= count
    streamRemaining -= UInt64(count)
    bytesSent += UInt64(count)
  }

  private func flush(more: Bool) async throws(RequestFailure) {
    guard !gathered.isEmpty else { return }
    if output.isAborted { throw fail(.aborted) }
    var bytes: [UInt8] = []
    swap(&bytes, &gathered)
    do throws(RequestFailure) {
      try await output.send(bytes, more: more, endsRecord: recordRemaining == 0)
    } catch {
      isFramed = false
      throw fail(error)
    }
  }

  private func fail(_ failure: RequestFailure) -> RequestFailure {
    phase = .failed
    return failure
  }
}
