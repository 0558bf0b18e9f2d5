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
  /// Bytes from which on a piece is not copied to those that are gathered.
  private static let directLength = 16_384

  private let output: ConnectionOutput
  private let body: RequestBody
  private let requestID: UInt16
  private var phase = Phase.notStarted
  private var gathered: RecordBuffer
  /// Bytes of the response still to come.
  private var streamRemaining: UInt64 = 0
  /// Whether something of the response has been handed to the socket.
  private var hasLeft = false
  /// Whether what was sent so far is whole records.
  private var isBetweenRecords = true
  /// Bytes of the response that have been handed over, those that are still gathered among them.
  public private(set) var bytesSent: UInt64 = 0

  init(output: ConnectionOutput, requestID: UInt16, body: RequestBody) {
    self.output = output
    self.requestID = requestID
    self.body = body
    gathered = RecordBuffer(.standardOutput, requestID: requestID)
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
  /// - Parameter length: bytes of the response.
  public func start(length: UInt64) async throws(RequestFailure) {
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
  }

  /// Takes back a response of which nothing has left this process, so that another one can be started in its place.
  /// - Returns: whether that was possible.
  public func withdraw() -> Bool {
    guard phase == .streaming, !hasLeft else { return false }
    phase = .notStarted
    discardGathered()
    return true
  }

  /// Sends bytes of the response: few of them are gathered with others into larger pieces, many are sent from where they
  /// lie.
  public func write(_ bytes: [UInt8]) async throws(RequestFailure) {
    guard phase != .failed else { throw .aborted }
    precondition(phase == .streaming && UInt64(bytes.count) <= streamRemaining)
    var position = 0
    while position < bytes.count {
      let part = position..<min(bytes.count, position + gathered.room)
      position = part.upperBound
      if part.count >= Self.directLength {
        gathered.announce(part.count)
        try await flush(followedBy: bytes[part])
        advance(part.count)
      } else {
        _ = gathered.append(bytes, part)
        advance(part.count)
        if gathered.contentLength >= Self.gatherLimit { try await flush() }
      }
    }
  }

  /// Sends a part of a file, without its bytes passing through this process. The pages should be in memory: the call
  /// that hands them over waits for the disk otherwise.
  /// - Parameter version: what the file must still be whenever bytes of it are handed over.
  /// - Throws: `.fileChanged` before a record is announced, so that `abort()` can still end the request;
  ///   `.fileUnreadable` inside of one, where the connection has been cut.
  public func write(
    _ file: SharedDescriptor, _ range: Range<UInt64>, of version: FileVersion
  ) async throws(RequestFailure) {
    guard phase != .failed else { throw .aborted }
    precondition(phase == .streaming && UInt64(range.count) <= streamRemaining)
    var position = range.lowerBound
    while position < range.upperBound {
      if output.isAborted { throw fail(.aborted) }
      var room: Int
      // A record that waits for room stays open, and its file may change meanwhile.
      do throws(RequestFailure) {
        room = try await output.waitForRoom(ofRecord: Int(recordEnd(from: position, in: range) - position))
      } catch {
        throw fail(error)
      }
      guard file.descriptor.isStill(version) else { throw .fileChanged }
      // All the records that there is room for now: none of them waits, so that one look at the file holds for them.
      repeat {
        let end = recordEnd(from: position, in: range)
        let needed = Int(end - position) + ConnectionOutput.recordOverhead
        guard needed <= room else { break }
        room -= needed
        try await send(file, position..<end)
        position = end
      } while position < range.upperBound
    }
  }

  /// Where the record ends that begins or goes on with a part of a file.
  private func recordEnd(from position: UInt64, in range: Range<UInt64>) -> UInt64 {
    min(position + UInt64(gathered.room), range.upperBound)
  }

  /// Sends a part of a file as the end of the open record.
  private func send(_ file: SharedDescriptor, _ range: Range<UInt64>) async throws(RequestFailure) {
    gathered.announce(range.count)
    try await flush(followedBy: [], endsWithPart: true)
    isBetweenRecords = false
    var sent = range.lowerBound
    defer { advance(Int(sent - range.lowerBound)) }
    do throws(RequestFailure) {
      try await output.send(file, from: &sent, to: range.upperBound)
    } catch {
      // The record was announced and cannot be completed: nothing but the end of the connection may follow.
      output.cut()
      throw fail(error)
    }
    isBetweenRecords = true
  }

  /// Whether contents of pipes can be sent: there may be no descriptors for it.
  public var takesPipes: Bool { output.preparePipe() }

  /// Sends bytes of a pipe, without their passing through this process, where `takesPipes` says so.
  /// - Parameter count: how many of them.
  public func write(_ pipe: Pipe, count: Int) async throws(RequestFailure) {
    guard phase != .failed else { throw .aborted }
    precondition(phase == .streaming && UInt64(count) <= streamRemaining)
    try await flush()
    if output.isAborted { throw fail(.aborted) }
    (hasLeft, isBetweenRecords) = (true, false)
    var left = count
    defer { advance(count - left) }
    do throws(RequestFailure) {
      try await output.send(pipe, &left, requestID: requestID)
    } catch {
      // As for a file: a record may have been announced that cannot be completed.
      output.cut()
      throw fail(error)
    }
    isBetweenRecords = true
  }

  /// Sends what was gathered, without waiting for more of it.
  public func flush() async throws(RequestFailure) {
    try await flush(followedBy: [])
  }

  /// Whether `drain()` makes sure that what happens afterwards to a file does not change the bytes sent of it. Where it
  /// cannot, send copies.
  public var canConfirmDelivery: Bool { output.canConfirmDelivery }

  /// Waits until the web server has taken every byte that was sent so far.
  public func drain() async throws(RequestFailure) {
    try await flush()
    var pause: UInt64 = 100_000
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
    gathered.end()
    try await flush()
    phase = .ended
  }

  /// Aborts the response, so that the client sees a failed transfer: END_REQUEST before the announced length,
  /// without an empty STDOUT record, which hangs some modes of nginx. What is gathered is dropped; what has left is a
  /// prefix of the response. The connection is closed afterwards.
  public func abort() async {
    guard phase == .streaming else { return }
    phase = .failed
    try? await sendEarlyEnd()
    isBetweenRecords = false
  }

  /// Called when the handler is done, whatever it did.
  func close() async {
    output.releasePipe()
    if phase == .streaming, !output.isAborted { await abort() }
    guard phase != .ended, output.isAborted, !output.isBroken, isBetweenRecords else { return }
    // The web server has given the request up, and waits for its end to use the connection again (section 5.4).
    phase = .failed
    if (try? await sendEarlyEnd()) != nil { phase = .ended }
  }

  private func sendEarlyEnd() async throws(RequestFailure) {
    discardGathered()
    var end: [UInt8] = []
    end.appendEndRequest(requestID, .requestComplete, applicationStatus: 1)
    try await output.send(end)
  }

  // MARK: Records

  private func advance(_ count: Int) {
    streamRemaining -= UInt64(count)
    bytesSent += UInt64(count)
  }

  private func discardGathered() {
    bytesSent -= UInt64(gathered.contentLength)
    _ = gathered.take()
  }

  /// - Parameters:
  ///   - content: the end of the last record, where that announces more than was gathered.
  ///   - endsWithPart: the same, where a part of a file is sent next.
  private func flush(
    followedBy content: ArraySlice<UInt8>, endsWithPart: Bool = false
  ) async throws(RequestFailure) {
    guard !gathered.isEmpty else { return }
    if output.isAborted { throw fail(.aborted) }
    hasLeft = true
    do throws(RequestFailure) {
      try await output.send(gathered.take(), followedBy: content, endsWithPart: endsWithPart)
    } catch {
      isBetweenRecords = false
      throw fail(error)
    }
  }

  private func fail(_ failure: RequestFailure) -> RequestFailure {
    phase = .failed
    return failure
  }
}
