import EventLoop
import FastCGI
import FastCGIFixture
import LoopFixture
import Testing

struct RequestBodyTests {
  /// A handler that does not read leaves the rest in the sockets: some hundred kilobytes, whatever is sent.
  @Test func unreadBodyIsNotTakenIntoMemory() async throws {
    try await TestLoop.run {
      let (gate, entered, received) = (WaitPoint(), Tally(), Record<UInt64>())
      let served = try ServedSocket { request, response in
        entered.add()
        _ = await gate.wait()
        received.append(request.body.receivedLength)
        await Handlers.echo(request, response)
      }
      let peer = try served.connect()
      let body = Handlers.pattern(8 << 20)
      let bytes = WireBytes.request(Handlers.parameters("/big", length: body.count), body: body)
      var sent = 0
      var idle = 0
      while idle < 50 {
        let count = try peer.sendSome(Array(bytes[sent..<min(sent + 262_144, bytes.count)]))
        sent += count
        idle = count == 0 ? idle + 1 : 0
        await TestLoop.settle()
      }
      #expect(sent < 1 << 20, "the sender is held up")
      #expect(entered.value == 1)
      gate.wake()
      try await peer.send(Array(bytes[sent...]))
      #expect(try await peer.response().text == "/big \(body.count)")
      #expect(received.values.allSatisfy { $0 < 300_000 })
      await served.stop()
    }
  }

  @Test func bytesComeInOrder() async throws {
    try await TestLoop.run {
      let served = try ServedSocket { request, response in
        var all: [UInt8] = []
        while let bytes = try? await request.body.next() { all += bytes }
        try? await response.send(all)
      }
      let peer = try served.connect()
      let body = Handlers.pattern(700_000)
      for (chunk, padding) in [(65_535, 255), (8_192, 0), (1_000, 7)] {
        EventLoop.current.start { try? await peer.send(WireBytes.request(body: body, padding: padding, chunk: chunk)) }
        #expect(try await peer.response().output == body)
      }
      await served.stop()
    }
  }

  /// The smallest records make the most of them: their cost must stay in proportion to their bytes.
  @Test func manyOneByteRecordsAreTakenInLinearTime() async throws {
    try await TestLoop.run {
      let (gate, entered) = (WaitPoint(), Tally())
      let served = try ServedSocket { request, response in
        entered.add()
        _ = await gate.wait()
        await Handlers.echo(request, response)
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.begin() + WireBytes.record(.parameters))
      #expect(await TestLoop.until { entered.value == 1 })
      var piece: [UInt8] = []
      for _ in 0..<10_000 { piece += WireBytes.record(.standardInput, [7]) }
      for _ in 0..<5 { try await peer.send(piece) }
      try await peer.send(WireBytes.record(.standardInput))
      await TestLoop.settle()
      gate.wake()
      #expect(try await peer.response().text == "- 50000")
      await served.stop()
    }
  }

  @Test(arguments: [(3, 4), (4, 3), (0, 1), (1, 0)])
  func lengthOtherThanTheAnnouncedOneIsTold(sent: Int, announced: Int) async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { request, response in
        do throws(RequestFailure) {
          while try await request.body.next() != nil {}
          outcomes.append(nil)
        } catch {
          outcomes.append(error)
        }
        try? await response.send([1])
      }
      let peer = try served.connect()
      try await peer.send(
        WireBytes.request(Handlers.parameters("/", length: announced), body: [UInt8](repeating: 1, count: sent)))
      #expect(try await peer.response().output == [1], "the refusal still reaches the client")
      #expect(outcomes.values == [.bodyLengthMismatch])
      try await peer.send(WireBytes.request(Handlers.parameters("/", length: 0)))
      _ = try await peer.response()
      #expect(outcomes.values == [.bodyLengthMismatch, nil], "and the connection goes on")
      await served.stop()
    }
  }

  /// A reply before the end of the body would be lost on the way through nginx.
  @Test func answerWaitsForTheEndOfABodyThatNobodyReads() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.answer([5]))
      let peer = try served.connect()
      let bytes = WireBytes.request(body: Handlers.pattern(500_000))
      try await peer.send(bytes.dropLast(8))
      await TestLoop.settle()
      #expect(try peer.receive() == 0)
      try await peer.send(Array(bytes.suffix(8)))
      #expect(try await peer.response().output == [5])
      await served.stop()
    }
  }

  @Test func bodyThatStopsComingTimesOut() async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { request, _ in
        do throws(RequestFailure) {
          while try await request.body.next() != nil {}
        } catch {
          outcomes.append(error)
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.begin() + WireBytes.record(.parameters) + WireBytes.record(.standardInput, [1]))
      await TestLoop.settle()
      await TestLoop.advance(seconds: 119)
      #expect(outcomes.values.isEmpty)
      await TestLoop.advance(seconds: 2)
      #expect(outcomes.values == [.timedOut])
      #expect(try await peer.isClosed())
    }
  }
}
