public import EventLoop
public import FastCGIWire
import LoopFixture
public import Posix

/// The web server's end of a connection: it sends bytes and takes records apart, as slowly as a test likes.
@EventLoopActor
public final class WebServerPeer {
  /// One record as it came.
  public struct WireRecord: Equatable, Sendable {
    /// What it is.
    public var type: RecordType
    /// Its request.
    public var id: UInt16
    /// Its content, without padding.
    public var content: [UInt8]
  }

  /// A response: STDOUT's contents joined, and what END_REQUEST said.
  public struct Response: Equatable, Sendable {
    /// The content of the STDOUT records.
    public var output: [UInt8]
    /// How long each STDOUT record was.
    public var records: [Int]
    /// The application's status.
    public var applicationStatus: UInt32
    /// The protocol's status.
    public var protocolStatus: UInt8
    /// The output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The connection ended before what was waited for.
  public struct Closed: Error {}
  /// It did not come in time.
  public struct TooSlow: Error {}

  /// Bytes that have been taken from the socket.
  public private(set) var receivedCount = 0

  private var descriptor: SharedDescriptor?
  private var decoder = RecordDecoder()
  private var input: [UInt8] = []
  private var position = 0
  private var current: WireRecord?

  /// Takes a connected socket over.
  public init(_ descriptor: consuming FileDescriptor) throws {
    try descriptor.setNonBlocking()
    self.descriptor = SharedDescriptor(descriptor)
  }

  /// Closes the connection, with what may still be unread.
  public func close() {
    descriptor = nil
  }

  /// Says that nothing more will be sent.
  public func stopSending() throws {
    try descriptor?.descriptor.shutDown(sending: true)
  }

  // MARK: Sending

  /// Sends all of the bytes.
  public func send(_ bytes: [UInt8]) async throws {
    var done = 0
    try await retrying {
      done += try self.sendSome(Array(bytes[done...]))
      return done == bytes.count ? () : nil
    }
  }

  /// Sends what the socket takes at once.
  /// - Returns: the number of bytes.
  public func sendSome(_ bytes: [UInt8]) throws -> Int {
    guard let descriptor else { throw Closed() }
    switch try descriptor.descriptor.send(bytes.span) {
    case .bytes(let count): return count
    case .wouldBlock: return 0
    case .closed: throw Closed()
    }
  }

  // MARK: Receiving

  /// Waits for the next record.
  public func record() async throws -> WireRecord {
    try await retrying {
      if let record = self.nextRecord() { return record }
      guard try self.receive() > 0 else { return nil }
      return self.nextRecord()
    }
  }

  /// Waits for a whole response to a request; records of management that come in between are put aside.
  public func response(_ id: UInt16 = 1) async throws -> Response {
    var response = Response(output: [], records: [], applicationStatus: 0, protocolStatus: 0)
    while true {
      let record = try await record()
      switch record.type {
      case .standardOutput where record.id == id:
        response.output += record.content
        response.records.append(record.content.count)
      case .endRequest where record.id == id:
        response.applicationStatus = record.content[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        response.protocolStatus = record.content[4]
        return response
      default:
        others.append(record)
      }
    }
  }

  /// Records that came while a response was waited for, and are none of its.
  public private(set) var others: [WireRecord] = []

  /// Bytes of the record that has begun to come: what a web server would have passed on already.
  public var partialContent: [UInt8] {
    _ = nextRecord()
    return current?.content ?? []
  }

  /// Waits until the other side has closed the connection.
  /// - Returns: whether it did without another record.
  public func isClosed() async throws -> Bool {
    do {
      _ = try await record()
      return false
    } catch is Closed {
      return true
    }
  }

  /// Takes up to 64 KiB from the socket.
  /// - Returns: the number of bytes, 0 where none are there.
  @discardableResult
  public func receive() throws -> Int {
    guard let descriptor else { throw Closed() }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    switch try descriptor.descriptor.receive(into: &buffer) {
    case .bytes(let count):
      input.removeFirst(position)
      position = 0
      input += buffer[..<count]
      receivedCount += count
      return count
    case .wouldBlock: return 0
    case .closed: throw Closed()
    }
  }

  private func nextRecord() -> WireRecord? {
    while let event = decoder.next(in: input.span, at: &position) {
      switch event {
      case .began(let header): current = WireRecord(type: header.type, id: header.requestID, content: [])
      case .content(let range): current?.content += input[range]
      case .ended:
        defer { current = nil }
        return current
      }
    }
    return nil
  }

  /// Tries again and again, for some seconds, letting the loop do its work in between.
  private func retrying<Value>(_ attempt: () throws -> Value?) async throws -> Value {
    let end = Clock.monotonicNanoseconds() + 10_000_000_000
    while true {
      if let value = try attempt() { return value }
      guard Clock.monotonicNanoseconds() < end else { throw TooSlow() }
      await EventLoop.current.sleep(nanoseconds: 100_000)
    }
  }
}
