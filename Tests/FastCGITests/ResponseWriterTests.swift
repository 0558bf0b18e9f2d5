import EventLoop
import FastCGI
import FastCGIFixture
import FastCGIWire
import LoopFixture
import Posix
import Testing

struct ResponseWriterTests {
  @Test(arguments: [0, 1, 65_527, 65_528, 65_529, 131_056, 200_000])
  func responseOfAnyLengthComesInWholeRecords(length: Int) async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(length)
      let served = try ServedSocket(Handlers.answer(content))
      let peer = try served.connect()
      for _ in 0..<2 {
        try await peer.send(WireBytes.request())
        let response = try await peer.response()
        #expect(response.output == content && response.applicationStatus == 0)
        #expect(response.records.last == 0, "the stream is ended by an empty record")
        #expect(response.records.dropLast(2).allSatisfy { $0 == 65_528 })
      }
      await served.stop()
    }
  }

  @Test func smallPiecesAreGathered() async throws {
    try await TestLoop.run {
      let served = try ServedSocket { _, response in
        try? await response.start(length: 1_000)
        for number in 0..<1_000 { try? await response.write([UInt8(truncatingIfNeeded: number)]) }
        try? await response.finish()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      #expect(try await peer.response().records == [1_000, 0])
      await served.stop()
    }
  }

  /// The peer takes a little now and then: everything arrives, and little of it waits in memory.
  @Test func slowReaderGetsEverything() async throws {
    try await TestLoop.run {
      let piece = Handlers.pattern(50_000)
      let written = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: 5_000_000)
        for _ in 0..<100 {
          try? await response.write(piece)
          written.add()
        }
        try? await response.finish()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      await TestLoop.settle()
      for _ in 0..<100 { await TestLoop.settle() }
      #expect(written.value < 12, "the handler is held up")
      let response = try await peer.response()
      #expect(response.output.count == 5_000_000)
      #expect(
        stride(from: 0, to: 5_000_000, by: 50_000).allSatisfy { Array(response.output[$0..<$0 + 50_000]) == piece })
      await served.stop()
    }
  }

  @Test func readerThatTakesNothingTimesOut() async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.send([UInt8](repeating: 0, count: 4 << 20))
        } catch {
          outcomes.append(error)
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      await TestLoop.settle()
      await TestLoop.advance(seconds: 590)
      #expect(outcomes.values.isEmpty)
      try peer.receive()
      try peer.receive()
      try peer.receive()
      await TestLoop.settle()
      await TestLoop.advance(seconds: 590)
      #expect(outcomes.values.isEmpty, "some progress is progress")
      await TestLoop.advance(seconds: 20)
      #expect(outcomes.values == [.timedOut])
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }

  @Test func readerThatGoesAwayEndsTheHandler() async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.send([UInt8](repeating: 0, count: 16 << 20))
        } catch {
          outcomes.append(error)
          #expect(throws: RequestFailure.aborted) { throw error }
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      _ = try await peer.record()
      peer.close()
      #expect(await TestLoop.until { outcomes.values == [.aborted] && served.server.connectionCount == 0 })
    }
  }

  // MARK: Breaking off

  /// What a client sees must never be mistaken for the whole, and must be nothing but its beginning.
  @Test(arguments: [0, 1, 1_000, 65_527, 65_528, 65_529, 100_000, 199_999])
  func responseThatIsBrokenOffIsAPrefix(written: Int) async throws {
    try await TestLoop.run {
      let served = try ServedSocket { _, response in
        try? await response.start(length: 200_000)
        try? await response.write(Handlers.pattern(written))
        await response.abort()
        await response.abort()
        #expect(response.bytesSent <= written && !response.withdraw())
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      let response = try await peer.response()
      #expect(response.output.count <= written && Handlers.pattern(written).starts(with: response.output))
      #expect(response.applicationStatus != 0 && response.protocolStatus == 0)
      #expect(!response.records.contains(0), "an empty STDOUT record would look like a good end")
      #expect(try await peer.isClosed())
    }
  }

  @Test func handlerThatReturnsTooEarlyBreaksOff() async throws {
    try await TestLoop.run {
      let served = try ServedSocket { request, response in
        guard request.parameters["REQUEST_URI"] == "/begun" else { return }
        try? await response.start(length: 200_000)
        try? await response.write([1, 2, 3])
      }
      let begun = try served.connect()
      try await begun.send(WireBytes.request(Handlers.parameters("/begun")))
      #expect(try await begun.response().applicationStatus != 0)
      #expect(try await begun.isClosed())
      let silent = try served.connect()
      try await silent.send(WireBytes.request(Handlers.parameters("/silent")))
      #expect(try await silent.isClosed())
    }
  }

  // MARK: The last bytes

  @Test(arguments: [(65_528, 22), (65_550, 22), (100_000, 22), (22, 22), (0, 0), (70_000, 70_000)])
  func whatIsWrittenAfterADrainHasRecordsOfItsOwn(length: Int, heldBack: Int) async throws {
    try await TestLoop.run {
      let (gate, reached) = (WaitPoint(), Tally())
      let content = Handlers.pattern(length)
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: UInt64(length))
          try await response.write(Array(content[..<(length - heldBack)]))
          try await response.drain()
          reached.add()
          _ = await gate.wait()
          try await response.write(Array(content[(length - heldBack)...]))
          try await response.finish()
        } catch {
          return
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      var before = 0
      while before < length - heldBack { before += try await peer.record().content.count }
      #expect(await TestLoop.until { reached.value == 1 })
      #expect(before == length - heldBack)
      #expect(try peer.receive() == 0)
      gate.wake()
      #expect(try await peer.response().output == Array(content[(length - heldBack)...]))
      await served.stop()
    }
  }

  /// The check before the last record waits until the web server has really taken what was sent.
  @Test func drainWaitsForTheReader() async throws {
    try await TestLoop.run {
      let drained = Tally()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: 100_022)
          try await response.write(Handlers.pattern(100_000))
          try await response.drain()
          drained.add()
          try await response.write([UInt8](repeating: 1, count: 22))
          try await response.finish()
        } catch {
          return
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      for _ in 0..<20 { await TestLoop.settle() }
      #expect(drained.value == 0)
      #expect(try await peer.response().output.count == 100_022)
      #expect(drained.value == 1)
      await served.stop()
    }
  }
}
