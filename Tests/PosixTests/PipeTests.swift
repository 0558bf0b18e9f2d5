import Posix
import Testing

struct PipeTests {
  private static let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

  /// All that waits in a socket.
  private func received(_ socket: borrowing FileDescriptor) throws -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case .bytes(let count) = try socket.receive(into: &buffer) { all += buffer[..<count] }
    return all
  }

  @Test func bytesPassInOrder() throws {
    #expect(Pipe.isSupported)
    let source = try SocketPair()
    let target = try SocketPair()
    let pipe = try Pipe(capacity: 65_536)
    var (sent, arrived): (Int, [UInt8]) = (0, [])
    while arrived.count < Self.bytes.count {
      let piece = Array(Self.bytes[sent...].prefix(50_000))
      if case .bytes(let count) = try source.first.send(piece.span) { sent += count }
      guard case .bytes(let count) = try pipe.fill(from: source.second, upTo: 30_000) else { continue }
      #expect(count <= 30_000)
      var rest = count
      while rest > 0 {
        if case .bytes(let moved) = try pipe.empty(into: target.first, count: rest) { rest -= moved }
        arrived += try received(target.second)
      }
    }
    #expect(arrived == Self.bytes)
  }

  @Test func whatIsNotThereYetIsNotTheEnd() throws {
    var source = try SocketPair()
    let pipe = try Pipe(capacity: 65_536)
    #expect(try pipe.fill(from: source.second, upTo: 10) == .wouldBlock)
    source.first = try FileDescriptor.open("/dev/null", .readOnly)
    #expect(try pipe.fill(from: source.second, upTo: 10) == .closed)
  }

  @Test func socketThatIsFullTakesNoMore() throws {
    let source = try SocketPair()
    var target = try SocketPair()
    let pipe = try Pipe(capacity: 65_536)
    let (bytes, piece) = (Self.bytes, Array(Self.bytes[..<10]))
    while case .bytes = try target.first.send(bytes.span) {}
    _ = try source.first.send(piece.span)
    #expect(try pipe.fill(from: source.second, upTo: 10) == .bytes(10))
    #expect(try pipe.empty(into: target.first, count: 10) == .wouldBlock)
    _ = try received(target.second)
    #expect(try pipe.empty(into: target.first, count: 10) == .bytes(10))
    #expect(try received(target.second) == piece)
    SignalSet.ignoreBrokenPipes()
    target.second = try FileDescriptor.open("/dev/null", .readOnly)
    _ = try source.first.send(piece.span)
    #expect(try pipe.fill(from: source.second, upTo: 10) == .bytes(10))
    #expect(try pipe.empty(into: target.first, count: 10) == .closed)
  }

  @Test func fewBytesAreWrittenWholeOrNotAtAll() throws {
    let target = try SocketPair()
    let pipe = try Pipe(capacity: 65_536)
    let piece = Array(Self.bytes[..<1_000])
    var count = 0
    while try pipe.append(piece.span) { count += piece.count }
    #expect(count > 0)
    #expect(try pipe.empty(into: target.first, count: count) == .bytes(count))
    #expect(try received(target.second).count == count)
    #expect(try pipe.append(piece.span))
  }

  @Test func onePipeGoesOnInAnother() throws {
    let target = try SocketPair()
    let (first, second) = (try Pipe(capacity: 65_536), try Pipe(capacity: 65_536))
    let (head, rest) = (Array(Self.bytes[..<1]), Array(Self.bytes[1..<100]))
    #expect(try first.append(rest.span))
    #expect(try second.append(head.span))
    #expect(try second.fill(from: first, count: 99) == .bytes(99))
    #expect(try second.empty(into: target.first, count: 100) == .bytes(100))
    #expect(try received(target.second) == Array(Self.bytes[..<100]))
  }
}
