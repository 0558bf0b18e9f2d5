import EventLoop
import FastCGI
import FastCGIFixture
import FastCGIWire
import LoopFixture
import Posix
import Testing

struct ConnectionTests {
  @Test func persistentConnectionServesOneRequestAfterTheOther() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      for id in [1, 1, 2, 65_535] as [UInt16] {
        try await peer.send(WireBytes.request(Handlers.parameters("/\(id)"), body: [1, 2, 3], id: id))
        let response = try await peer.response(id)
        #expect(response.text == "/\(id) 3" && response.applicationStatus == 0 && response.protocolStatus == 0)
      }
      #expect(served.server.connectionCount == 1)
      peer.close()
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
      #expect(served.counts.values == [1, 0] && served.reports.values.isEmpty)
    }
  }

  @Test func connectionIsClosedWhereItIsNotToBeKept() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try await peer.send(WireBytes.request(keeps: false))
      _ = try await peer.response()
      #expect(try await peer.isClosed())
    }
  }

  @Test func requestMayComeInAnyPieces() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      let bytes = WireBytes.request(Handlers.parameters("/a", length: 5), body: [1, 2, 3, 4, 5], padding: 3, chunk: 2)
      for split in stride(from: 1, to: bytes.count, by: 3) {
        try await peer.send(Array(bytes[..<split]))
        await TestLoop.settle()
        try await peer.send(Array(bytes[split...]))
        #expect(try await peer.response().text == "/a 5")
      }
      await served.stop()
    }
  }

  @Test func connectionsDoNotWaitForEachOther() async throws {
    try await TestLoop.run {
      let (gate, entered) = (WaitPoint(), Tally())
      let served = try ServedSocket { request, response in
        if request.parameters["REQUEST_URI"] == "/slow" {
          entered.add()
          _ = await gate.wait()
        }
        await Handlers.echo(request, response)
      }
      let (slow, quick) = (try served.connect(), try served.connect())
      try await slow.send(WireBytes.request(Handlers.parameters("/slow")))
      #expect(await TestLoop.until { entered.value == 1 })
      for _ in 0..<3 {
        try await quick.send(WireBytes.request(Handlers.parameters("/quick")))
        #expect(try await quick.response().text == "/quick 0")
      }
      gate.wake()
      #expect(try await slow.response().text == "/slow 0")
      await served.stop()
    }
  }

  /// The web server asks while a response is under way: the answer comes between two records of it.
  @Test func managementIsAnsweredBetweenTheRecordsOfAResponse() async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(400_000)
      let served = try ServedSocket(Handlers.answer(content))
      let peer = try served.connect()
      let question = WireBytes.record(.getValues, WireBytes.pairs(["FCGI_MPXS_CONNS": ""]), id: 0)
      try await peer.send(WireBytes.request())
      await TestLoop.settle()
      for _ in 0..<20 { try await peer.send(question) }
      try await peer.send(WireBytes.begin(id: 9))
      let response = try await peer.response()
      #expect(response.output == content)
      try await peer.send(WireBytes.request())
      #expect(try await peer.response().output == content)
      let values = peer.others.filter { $0.type == .getValuesResult }
      #expect(values.count == 20 && values.allSatisfy { ParameterList($0.content)?["FCGI_MPXS_CONNS"] == "0" })
      #expect(peer.others.filter { $0.type == .endRequest }.map(\.id) == [9])
      await served.stop()
    }
  }

  @Test func managementNeedsNoRequest() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try await peer.send(WireBytes.record(RecordType(rawValue: 77), id: 0))
      let record = try await peer.record()
      #expect(record.type == .unknownType && record.content.first == 77)
      try await peer.send(WireBytes.begin(role: 3, keeps: false))
      #expect(try await peer.response().protocolStatus == 3)
      #expect(try await peer.isClosed())
    }
  }

  @Test func brokenStreamIsCutAndReported() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      for bytes in [
        Array("GET / HTTP/1.1\r\n\r\n".utf8), WireBytes.begin() + WireBytes.begin(),
        WireBytes.request([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
      ] {
        let peer = try served.connect()
        try await peer.send(bytes)
        #expect(try await peer.isClosed())
      }
      #expect(served.reports.values.count == 3 && served.server.connectionCount == 0)
    }
  }

  // MARK: The end of the peer's sending

  /// A unix peer may stop to send and wait for the answer: the end of the stream comes right behind the request.
  @Test func peerThatHasSentAllIsStillAnswered() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      for pause in [false, true] {
        let peer = try served.connect()
        try await peer.send(WireBytes.request(Handlers.parameters("/half"), body: Handlers.pattern(1_000)))
        if pause { await TestLoop.settle() }
        try peer.stopSending()
        #expect(try await peer.response().text == "/half 1000")
        #expect(try await peer.isClosed())
      }
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }

  @Test func bodyThatEndsWithTheStreamIsCutShort() async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { request, _ in
        do throws(RequestFailure) {
          while try await request.body.next() != nil {}
          outcomes.append(nil)
        } catch {
          outcomes.append(error)
        }
      }
      let peer = try served.connect()
      let bytes = WireBytes.request(body: Handlers.pattern(1_000))
      try await peer.send(bytes.dropLast(8))
      try peer.stopSending()
      #expect(try await peer.isClosed())
      #expect(outcomes.values == [.aborted])
    }
  }

  @Test func endOfAnIdleConnectionClosesIt() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      for beginning in [[], WireBytes.begin(), Array(WireBytes.begin()[..<5])] {
        let peer = try served.connect()
        try await peer.send(beginning)
        #expect(await TestLoop.until { served.server.connectionCount == 1 })
        try peer.stopSending()
        #expect(try await peer.isClosed())
      }
    }
  }

  @Test func peerThatGoesAwayWhileTheHandlerWaitsIsNoticed() async throws {
    try await TestLoop.run {
      let (entered, noticed) = (Tally(), Tally())
      let served = try ServedSocket { request, response in
        entered.add()
        while !response.isAborted { await EventLoop.current.sleep(nanoseconds: 100_000) }
        noticed.add()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      #expect(await TestLoop.until { entered.value == 1 })
      peer.close()
      #expect(await TestLoop.until { noticed.value == 1 && served.server.connectionCount == 0 })
    }
  }

  @Test func nothingIsLeftOfConnectionsThatAreGone() async throws {
    try await TestLoop.run {
      weak var body: RequestBody?
      weak var writer: ResponseWriter?
      let served = try ServedSocket { request, response in
        (body, writer) = (request.body, response)
        await Handlers.echo(request, response)
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request(body: [1]))
      _ = try await peer.response()
      await TestLoop.settle()
      #expect(body == nil && writer == nil)
      peer.close()
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }
}
