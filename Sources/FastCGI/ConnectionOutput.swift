internal import EventLoop
internal import Posix

/// The sending side of one connection: it sends what the socket takes and waits for room for the rest.
///
/// A piece that has begun is sent to its end, so that the stream stays one of whole records, unless the connection is
/// of no use any more.
@EventLoopActor
final class ConnectionOutput {
  /// How long the web server may take nothing at all, in nanoseconds. Longer than nginx waits for its own client
  /// (`send_timeout`), so that nginx is the one to give up on a slow one.
  static let progressLimit: UInt64 = 600_000_000_000

  /// The most bytes of management replies that wait for a peer to take them.
  static let replyLimit = 65_536

  /// The kernel's queue for a fast reader: long enough that each side finds something to do whenever it runs. For others
  /// it would only hold on to pages that they will not take for a long time.
  private static let longQueue: Int32 = 524_288

  private let descriptor: SharedDescriptor
  private var pace = TransferPace()
  /// The queue as it was before it was made longer; nil as long as it is not.
  private var shortQueue: Int32?
  private let watch: ConnectionWatch
  private var isWritable = true
  private(set) var isAborted = false
  /// Why the connection is of no use any more.
  private var breakage: RequestFailure?
  private let room = WaitPoint()
  /// Management records that wait for the end of the record that is being sent.
  private var replies: [UInt8] = []
  private var isBetweenRecords = true
  /// Where contents of pipes become records, while a response has such contents.
  private var records: RecordPipe?

  /// What the kernel's queue takes for its own use beyond the content of a record that is sent in a few pieces.
  static let recordOverhead = 8_192

  private let isUnix: Bool
  /// Bytes that the kernel's queue takes, its own overhead among them.
  private var queueSize = 0

  /// Whether the other side has taken everything once `unsentBytes` is 0. TCP on one machine counts bytes as gone that
  /// wait on the other side, as references to the pages that they were sent from.
  var canConfirmDelivery: Bool { isUnix }

  init(_ descriptor: SharedDescriptor, _ watch: ConnectionWatch, isUnix: Bool) {
    self.descriptor = descriptor
    self.watch = watch
    self.isUnix = isUnix
    if isUnix { measureQueue() }
  }

  func becameWritable() {
    isWritable = true
    if room.isWaited {
      room.wake()
    } else {
      sendWaitingReplies()
    }
  }

  var isBroken: Bool { breakage != nil }

  /// The connection is of no use any more. The first reason counts.
  func fail(_ reason: RequestFailure = .aborted) {
    if breakage == nil { breakage = reason }
    room.wake()
  }

  /// Ends the connection inside of a record: whatever was announced, no further byte is sent. A TCP peer sees a reset,
  /// since it would take an orderly end for the end of what was sent.
  func cut() {
    if !isUnix { descriptor.descriptor.resetOnClose() }
    fail()
  }

  /// The web server has given up the request, not the connection.
  func requestWasAborted() {
    isAborted = true
  }

  /// A new request starts.
  func reset() {
    isAborted = false
    if isWritable { watch.excludeRoom() }
    pace.reset()
    adaptQueue()
  }

  /// Bytes were handed over.
  private func advance(_ count: Int) {
    if pace.advance(UInt64(count), at: EventLoop.current.now) { adaptQueue() }
  }

  private func adaptQueue() {
    // The length of a TCP queue is the kernel's own affair, until somebody sets it.
    guard isUnix else { return }
    if pace.isFast, shortQueue == nil, let size = descriptor.descriptor.sendBuffer, size < Self.longQueue {
      shortQueue = size
      try? descriptor.descriptor.setSendBuffer(Self.longQueue)
      measureQueue()
    } else if !pace.isFast, let size = shortQueue {
      shortQueue = nil
      try? descriptor.descriptor.setSendBuffer(size)
      measureQueue()
    }
  }

  private func measureQueue() {
    // Linux counts its overhead in the double of what is set (socket(7)).
    queueSize = Int(descriptor.descriptor.sendBuffer ?? 0) * 2
  }

  /// Sends whole records.
  /// - Parameters:
  ///   - content: the end of the last of them.
  ///   - endsWithPart: whether the last of them goes on with a part of a file, which is sent next.
  func send(
    _ bytes: [UInt8], followedBy content: ArraySlice<UInt8> = [], endsWithPart: Bool = false
  ) async throws(RequestFailure) {
    try await flushReplies()
    isBetweenRecords = false
    try await sendAll(bytes, followedBy: content, more: endsWithPart)
    guard !endsWithPart else { return }
    isBetweenRecords = true
    try await flushReplies()
  }

  /// Waits until the socket's queue has room for a record whose content comes from a file, so that the record is handed
  /// over as a whole. The length of a TCP socket's queue is not known; files are copied there.
  /// - Returns: the bytes that the queue has room for; each record takes `recordOverhead` of them beside its content.
  func waitForRoom(ofRecord length: Int) async throws(RequestFailure) -> Int {
    let needed = length + Self.recordOverhead
    guard isUnix else { return needed }
    // Room is reported when a quarter of the queue is in use or less: waiting for an emptier one would not end.
    let mostUsed = max(queueSize / 4, queueSize - needed)
    while true {
      let used = descriptor.descriptor.unsentBytes
      if used <= mostUsed { return max(needed, queueSize - used) }
      try await waitForRoom()
    }
  }

  /// Sends part of a file as the end of a record.
  /// - Parameter offset: where the part begins; afterwards, also after a failure, where what was sent ends.
  /// - Throws: `.fileUnreadable` where it is the file's fault.
  func send(_ file: SharedDescriptor, from offset: inout UInt64, to end: UInt64) async throws(RequestFailure) {
    while offset < end {
      try check()
      let progress: SocketProgress
      do throws(Errno) {
        progress = try descriptor.descriptor.sendFile(file.descriptor, at: offset, count: Int(end - offset))
      } catch {
        throw .fileUnreadable(error)
      }
      switch progress {
      case .bytes(0): throw .fileUnreadable(nil)
      case .bytes(let count):
        offset += UInt64(count)
        advance(count)
      case .wouldBlock: try await waitForRoom()
      case .closed: throw broken()
      }
    }
    isBetweenRecords = true
    try await flushReplies()
  }

  /// Makes ready for contents of pipes.
  /// - Returns: whether there are descriptors for it.
  func preparePipe() -> Bool {
    if records == nil, Pipe.isSupported { records = try? RecordPipe() }
    return records != nil
  }

  /// No more contents of pipes follow.
  func releasePipe() { records = nil }

  /// Sends bytes of a pipe as STDOUT records, after `preparePipe`.
  /// - Parameter count: how many are still to be sent; afterwards, also after a failure, how many were left in the pipe.
  func send(_ pipe: Pipe, _ count: inout Int, requestID: UInt16) async throws(RequestFailure) {
    guard let records else { throw broken() }
    try await flushReplies()
    isBetweenRecords = false
    repeat {
      try check()
      let progress: SocketProgress
      do throws(Errno) {
        count -= try records.fill(from: pipe, count: count, requestID: requestID)
        progress = try records.empty(into: descriptor.descriptor)
      } catch {
        throw broken()
      }
      switch progress {
      case .bytes(let sent): advance(sent)
      case .wouldBlock: try await waitForRoom()
      case .closed: throw broken()
      }
    } while count > 0 || records.count > 0
    isBetweenRecords = true
    try await flushReplies()
  }

  /// Sends a management reply now if no record is under way, else behind it.
  /// - Returns: false where a peer asks and asks without taking the answers.
  func enqueueReply(_ bytes: [UInt8]) -> Bool {
    guard replies.count <= Self.replyLimit else { return false }
    replies.append(contentsOf: bytes)
    sendWaitingReplies()
    return true
  }

  private func sendWaitingReplies() {
    guard isBetweenRecords, isWritable, !replies.isEmpty else { return }
    if case .bytes(let count)? = try? descriptor.descriptor.send(replies.span) { replies.removeFirst(count) }
    // A reply that went only in part is finished before anything else is sent.
    if !replies.isEmpty { missRoom() }
  }

  /// Whether all that there was to be sent is in the socket.
  var holdsNothing: Bool { isBetweenRecords && replies.isEmpty && !isBroken }

  /// Bytes that the web server has not taken yet.
  var unsentBytes: Int { descriptor.descriptor.unsentBytes }

  private func flushReplies() async throws(RequestFailure) {
    while isBetweenRecords, !replies.isEmpty {
      let bytes = replies
      replies = []
      // One that comes while these are being sent waits behind them.
      isBetweenRecords = false
      try await sendAll(bytes, more: false)
      isBetweenRecords = true
    }
  }

  private func sendAll(
    _ bytes: [UInt8], followedBy content: ArraySlice<UInt8> = [], more: Bool
  ) async throws(RequestFailure) {
    var done = 0
    while done < bytes.count + content.count {
      try check()
      let progress: SocketProgress
      do throws(Errno) {
        progress = try send(bytes.dropFirst(done), content.dropFirst(max(0, done - bytes.count)), more: more)
      } catch {
        throw broken()
      }
      switch progress {
      case .bytes(let count):
        done += count
        advance(count)
      case .wouldBlock: try await waitForRoom()
      case .closed: throw broken()
      }
    }
  }

  private func send(
    _ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>, more: Bool
  ) throws(Errno) -> SocketProgress {
    if first.isEmpty { return try descriptor.descriptor.send(second.span, more: more) }
    if second.isEmpty { return try descriptor.descriptor.send(first.span, more: more) }
    return try descriptor.descriptor.send(first.span, second.span)
  }

  /// Throws where the connection is of no use any more.
  func check() throws(RequestFailure) {
    if let breakage { throw breakage }
  }

  private func broken() -> RequestFailure {
    fail()
    return breakage ?? .aborted
  }

  private func missRoom() {
    isWritable = false
    do throws(EventLoopError) {
      try watch.includeRoom()
    } catch {
      // Nobody would ever say that there is room again.
      fail()
    }
  }

  private func waitForRoom() async throws(RequestFailure) {
    missRoom()
    while !isWritable {
      try check()
      if await room.wait(until: EventLoop.current.now &+ Self.progressLimit) == .timedOut { throw .timedOut }
    }
    try check()
  }
}
