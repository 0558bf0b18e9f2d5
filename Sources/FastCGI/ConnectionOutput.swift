internal import EventLoop
internal import Posix

/// The sending side of one connection: it sends what the socket takes and waits for room for the rest.
@EventLoopActor
final class ConnectionOutput {
  /// How long the web server may take nothing at all, in nanoseconds. Longer than nginx waits for its own client
  /// (`send_timeout`), so that nginx is the one to give up on a slow one.
  static let progressLimit: UInt64 = 600_000_000_000

  /// The most bytes of management replies that wait for a peer to take them.
  private static let replyLimit = 65_536

  private let descriptor: SharedDescriptor
  private var isWritable = true
  private(set) var isBroken = false
  private(set) var isAborted = false
  private let room = WaitPoint()
  /// Management records that wait for the end of the record that is being sent.
  private var replies: [UInt8] = []
  private var isBetweenRecords = true

  init(_ descriptor: SharedDescriptor) {
    self.descriptor = descriptor
  }

  func becameWritable() {
    isWritable = true
    if room.isWaited {
      room.wake()
    } else {
      sendWaitingReplies()
    }
  }

  /// The connection is of no use any more.
  func breakOff() {
    isBroken = true
    room.wake()
  }

  /// The web server has given up the request, not the connection.
  func abort() {
    isAborted = true
    room.wake()
  }

  /// A new request starts.
  func reset() {
    isAborted = false
  }

  /// Sends all of the bytes.
  /// - Parameters:
  ///   - more: more follows at once.
  ///   - endsRecord: whether a record ends with the last byte, so that another one may follow.
  func send(_ bytes: [UInt8], more: Bool = false, endsRecord: Bool) async throws(RequestFailure) {
    try await flushReplies()
    isBetweenRecords = false
    try await sendAll(bytes, more: more)
    isBetweenRecords = endsRecord
    if endsRecord { try await flushReplies() }
  }

  /// Sends part of a file inside of a record.
  /// - Throws: `.aborted` also where the file ends too early.
  func send(
    _ file: SharedDescriptor, _ range: Range<UInt64>, endsRecord: Bool
  ) async throws(RequestFailure) {
    isBetweenRecords = false
    var offset = range.lowerBound
    while offset < range.upperBound {
      try check()
      let progress: SocketProgress
      do throws(Errno) {
        progress = try descriptor.descriptor.sendFile(
          file.descriptor, at: offset, count: Int(range.upperBound - offset))
      } catch {
        throw .aborted
      }
      switch progress {
      case .bytes(0): throw .aborted
      case .bytes(let count): offset += UInt64(count)
      case .wouldBlock: try await waitForRoom()
      case .closed: throw broken()
      }
    }
    isBetweenRecords = endsRecord
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
    guard case .bytes(let count)? = try? descriptor.descriptor.send(replies.span) else { return }
    replies.removeFirst(count)
    // A reply that went only in part is finished before anything else is sent.
    if !replies.isEmpty { isWritable = false }
  }

  /// Bytes that the web server has not taken yet.
  var unsentBytes: Int { descriptor.descriptor.unsentBytes }

  private func flushReplies() async throws(RequestFailure) {
    while isBetweenRecords, !replies.isEmpty {
      let bytes = replies
      replies = []
      try await sendAll(bytes, more: false)
    }
  }

  private func sendAll(_ bytes: [UInt8], more: Bool) async throws(RequestFailure) {
    var done = 0
    while done < bytes.count {
      try check()
      let progress: SocketProgress
      do throws(Errno) {
        progress = try descriptor.descriptor.send(bytes.span.extracting(done..<bytes.count), more: more)
      } catch {
        throw broken()
      }
      switch progress {
      case .bytes(let count): done += count
      case .wouldBlock: try await waitForRoom()
      case .closed: throw broken()
      }
    }
  }

  private func check() throws(RequestFailure) {
    if isBroken || isAborted { throw .aborted }
  }

  private func broken() -> RequestFailure {
    isBroken = true
    return .aborted
  }

  private func waitForRoom() async throws(RequestFailure) {
    isWritable = false
    while !isWritable {
      try check()
      if await room.wait(until: EventLoop.current.now &+ Self.progressLimit) == .timedOut { throw .timedOut }
    }
    try check()
  }
}
