import EventLoop
import FastCGI
import FastCGIFixture
import FastCGIWire
import LoopFixture
import Posix
import Testing

/// Content that comes to a response in a pipe.
struct ResponsePipeTests {
  /// What is in a pipe follows what was written before it, in records of its own.
  @Test(arguments: [1, 65_527, 65_528, 65_529, 300_000])
  func contentOfAPipeComesInWholeRecords(length: Int) async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(length)
      let served = try ServedSocket { _, response in
        try? await response.start(length: UInt64(length + 10))
        try? await response.write(Array("before".utf8))
        await Self.pipe(content, to: response)
        try? await response.write(Array("last".utf8))
        try? await response.finish()
      }
      let peer = try served.connect()
      for _ in 0..<2 {
        try await peer.send(WireBytes.request())
        let response = try await peer.response()
        #expect(response.output == Array("before".utf8) + content + Array("last".utf8))
        #expect(response.applicationStatus == 0)
        // Each piece of the pipe in as few records as it takes.
        let pieces = stride(from: 0, to: length, by: 200_000).map { min(200_000, length - $0) }
        let records = pieces.flatMap { piece in
          stride(from: 0, to: piece, by: 65_528).map { min(65_528, piece - $0) }
        }
        #expect(response.records == [6] + records + [4, 0])
      }
      await served.stop()
    }
  }

  @Test func slowReaderGetsEverythingOfAPipe() async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(5_000_000)
      let isDone = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: UInt64(content.count))
        await Self.pipe(content, to: response)
        try? await response.finish()
        isDone.add()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      for _ in 0..<100 { await TestLoop.settle() }
      #expect(isDone.value == 0, "the handler is held up")
      #expect(try await peer.response().output == content)
      await served.stop()
    }
  }

  /// A peer that is gone leaves the rest in the pipe, and what has left is known.
  @Test func pipeOfAPeerThatGoesAwayIsGivenUp() async throws {
    try await TestLoop.run {
      let sent = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: 5_000_000)
        await Self.pipe(Handlers.pattern(5_000_000), to: response)
        #expect(response.isAborted && response.bytesSent > 0 && response.bytesSent < 5_000_000)
        sent.add()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      _ = try await peer.record()
      peer.close()
      for _ in 0..<1_000 where sent.value == 0 { await TestLoop.settle() }
      #expect(sent.value == 1)
      await served.stop()
    }
  }

  /// Sends a content through a pipe, in pieces of 200,000 bytes.
  @EventLoopActor
  private static func pipe(_ content: [UInt8], to response: ResponseWriter) async {
    guard response.takesPipes, let source = try? SocketPair(), let pipe = try? Posix.Pipe(capacity: 1 << 20) else {
      Issue.record("no pipe")
      return
    }
    for start in stride(from: 0, to: content.count, by: 200_000) {
      let piece = Array(content[start...].prefix(200_000))
      var (sent, piped) = (0, 0)
      while piped < piece.count {
        let rest = Array(piece[sent...])
        if !rest.isEmpty, case .bytes(let count)? = try? source.first.send(rest.span) { sent += count }
        if case .bytes(let count)? = try? pipe.fill(from: source.second, upTo: piece.count) { piped += count }
      }
      guard (try? await response.write(pipe, count: piece.count)) != nil else { return }
    }
  }
}
