import BlobEngine
import EventLoop
import LoopFixture
import Posix
import Testing

/// Long ranges that go on to a socket without being copied to this process.
@Suite struct PipedDownloadTests {
  private static let blob = sample(12 << 20)
  private static let length = UInt64(12 << 20)

  /// All that is left, as whoever is behind a socket gets it, and how much of it came in pipes.
  @EventLoopActor
  private static func all(_ download: BlobDownload) async throws -> (bytes: [UInt8], piped: Int) {
    let socket = try SocketPair()
    var (bytes, piped): ([UInt8], Int) = ([], 0)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let piece = try await download.next(piped: true) {
      switch piece {
      case .bytes(let some): bytes += some
      case .piped(let pipe, let count):
        piped += count
        var rest = count
        while rest > 0 {
          if case .bytes(let moved) = try pipe.empty(into: socket.first, count: rest) { rest -= moved }
          while case .bytes(let count) = try socket.second.receive(into: &buffer) { bytes += buffer[..<count] }
        }
      }
    }
    return (bytes, piped)
  }

  @Test(arguments: [false, true])
  func longRangeComesInPipesByteForByte(isAhead: Bool) async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      for range in [0..<Self.length, 5..<Self.length - 7, 1 << 20..<6 << 20] {
        let download = client.read("a", range, length: Self.length, piped: true)
        if isAhead {
          download.prepare()
          // libcurl holds what it has received and nobody takes.
          await EventLoop.current.sleep(nanoseconds: 50_000_000)
        }
        let (bytes, piped) = try await Self.all(download)
        #expect(bytes == Array(Self.blob[Int(range.lowerBound)..<Int(range.upperBound)]))
        #expect(piped > range.count / 2 && client.state.connections == 0)
      }
    }
    #expect(double.requests.count == 3 && double.connections == 3)
  }

  @Test func shortRangesShareAConnection() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      for _ in 0..<3 {
        let (bytes, piped) = try await Self.all(client.read("a", 0..<2_000_000, length: Self.length, piped: true))
        #expect(bytes == Array(Self.blob[..<2_000_000]) && piped == 0)
      }
    }
    #expect(double.connections == 1)
  }

  /// A connection of its own is no use to them.
  @Test func longRangesShareAConnectionWhereNobodyTakesPipes() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      for _ in 0..<3 { #expect(try await client.read("a", 0..<Self.length, length: Self.length).all() == Self.blob) }
    }
    #expect(double.connections == 1)
  }

  @Test func whatIsCutIsGoneOnWithBehindTheLastByte() async throws {
    let double = try EngineDouble { request in
      switch request.number {
      case 0: [request.partial(Self.blob, sending: 3_000_001), .closes]
      case 1: [request.partial(Self.blob, sending: 2_000_000), .resets, .closes]
      default: [request.partial(Self.blob)]
      }
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await Self.all(client.read("a", 0..<Self.length, piped: true)).bytes == Self.blob)
    }
    #expect(double.requests.count == 3 && double.requests[1].range?.lowerBound == 3_000_001)
  }

  @Test(arguments: [false, true])
  func stallInTheMiddleIsGoneOnWithOnAnotherConnection(inPipes: Bool) async throws {
    // It would go on by itself, but only after a minute.
    let double = try EngineDouble { request in
      request.number == 0
        ? [request.partial(Self.blob, sending: 3_000_001), .waits(milliseconds: 60_000), .closes]
        : [request.partial(Self.blob)]
    }
    var limits = TestClient.limits
    limits.get.receiving = 2_000
    try await TestLoop.run { [limits] () async throws in
      let began = EventLoop.current.now
      let download = try TestClient.make(double, limits: limits).read("a", 0..<Self.length, piped: true)
      #expect(try await (inPipes ? Self.all(download).bytes : download.all()) == Self.blob)
      #expect(EventLoop.current.now - began < 50_000_000_000)
    }
    #expect(double.requests.map { $0.range?.lowerBound } == [0, 3_000_001])
  }

  @Test func bytesThatComeSlowlyAreWaitedFor() async throws {
    let double = try EngineDouble { request in
      [request.partial(Self.blob, sending: 1_000_000)]
        + stride(from: 1_000_000, to: Self.blob.count, by: 1_500_000).flatMap { start -> [EngineDouble.Step] in
          [.waits(milliseconds: 20), .sends(Array(Self.blob[start...].prefix(1_500_000)))]
        }
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      let (bytes, piped) = try await Self.all(client.read("a", 0..<Self.length, piped: true))
      #expect(bytes == Self.blob && piped > 0)
    }
    #expect(double.requests.count == 1)
  }

  @Test func blobThatIsReplacedMeanwhileIsNotMixed() async throws {
    let double = try EngineDouble { request in
      [request.partial(Self.blob, sending: 3_000_000, entityTag: request.number == 0 ? "old" : "new"), .closes]
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.changed) {
        _ = try await Self.all(client.read("a", 0..<Self.length, piped: true))
      }
      #expect(client.state.connections == 0)
    }
  }

  @Test func restOfAPipedBlobCanBeReadAsBytes() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let download = try TestClient.make(double).read("a", 0..<Self.length, piped: true)
      var count = 0
      while let piece = try await download.next(piped: true) {
        guard case .bytes(let bytes) = piece else {
          Issue.record("in a pipe")
          return
        }
        count += bytes.count
        // The first piece is what libcurl had received.
        if count > 0 { break }
      }
      #expect(try await download.all() == Array(Self.blob[count...]))
    }
  }

  @Test func readerThatGoesAwayLeavesNothing() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      for _ in 0..<20 {
        let download = client.read("a", 0..<Self.length, piped: true)
        while case .bytes? = try await download.next(piped: true) {}
      }
      #expect(client.state.connections == 0)
      for _ in 0..<500 where double.openConnections > 0 { await EventLoop.current.sleep(nanoseconds: 10_000_000) }
      #expect(double.openConnections == 0)
    }
    #expect(double.connections == 20)
  }
}
