import EventLoop
import FastCGI
import FastCGIFixture
import LoopFixture
import Posix
import Testing

/// FCGI_ABORT_REQUEST, in each phase of a request: it is answered by END_REQUEST, and the connection goes on
/// (section 5.4).
struct AbortTests {
  private let abort = WireBytes.record(.abortRequest)

  @EventLoopActor
  private func check(
    _ peer: WebServerPeer, _ bytes: [UInt8], then more: [UInt8] = [], _ served: ServedSocket
  ) async throws -> WebServerPeer.Response {
    try await peer.send(bytes)
    for _ in 0..<5 { await TestLoop.settle() }
    try await peer.send(more)
    let response = try await peer.response()
    #expect(response.protocolStatus == 0)
    try await peer.send(WireBytes.request(Handlers.parameters("/next")))
    #expect(try await peer.response().text == "/next 0")
    await served.stop()
    return response
  }

  @Test func whileParametersCome() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let response = try await check(
        served.connect(), WireBytes.begin() + WireBytes.record(.parameters, [1]), then: abort, served)
      #expect(response.output.isEmpty)
    }
  }

  @Test(arguments: [false, true])
  func whileTheBodyComes(inOnePiece: Bool) async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { request, response in
        guard request.parameters["REQUEST_URI"] != "/next" else { return await Handlers.echo(request, response) }
        do throws(RequestFailure) {
          while try await request.body.next() != nil {}
        } catch {
          outcomes.append(error)
        }
      }
      let beginning =
        WireBytes.begin() + WireBytes.record(.parameters) + WireBytes.record(.standardInput, Handlers.pattern(1_000))
      let response =
        inOnePiece
        ? try await check(served.connect(), beginning + abort, served)
        : try await check(served.connect(), beginning, then: abort, served)
      #expect(response.output.isEmpty && outcomes.values == [.aborted])
    }
  }

  @Test func whileTheHandlerThinks() async throws {
    try await TestLoop.run {
      let served = try ServedSocket { request, response in
        guard request.parameters["REQUEST_URI"] != "/next" else { return await Handlers.echo(request, response) }
        while !response.isAborted { await EventLoop.current.sleep(nanoseconds: 10_000) }
        try? await response.send([1, 2, 3])
      }
      let response = try await check(served.connect(), WireBytes.request(), then: abort, served)
      #expect(response.output.isEmpty)
    }
  }

  /// In the middle of a response that the web server has not taken: records stay whole.
  @Test(arguments: [0, 1, 100_000])
  func whileTheResponseIsSent(slow: Int) async throws {
    let file = TemporaryFile(Handlers.pattern(2_000_000))
    try await TestLoop.run {
      let source = SharedDescriptor(try FileDescriptor.open(file.path, .readOnly))
      let version = FileVersion(contentOf: try source.descriptor.status())
      let outcomes = Outcomes()
      let served = try ServedSocket { request, response in
        guard request.parameters["REQUEST_URI"] != "/next" else { return await Handlers.echo(request, response) }
        do throws(RequestFailure) {
          try await response.start(length: 4_000_000)
          if request.parameters["REQUEST_URI"] == "/file" {
            try await response.write(source, 0..<2_000_000, of: version)
            try await response.write(source, 0..<2_000_000, of: version)
          } else {
            try await response.write(Handlers.pattern(4_000_000))
          }
          try await response.finish()
        } catch {
          outcomes.append(error)
          await response.abort()
        }
      }
      for target in ["/file", "/bytes"] {
        let peer = try served.connect()
        try await peer.send(WireBytes.request(Handlers.parameters(target)))
        while peer.receivedCount < slow {
          try peer.receive()
          await TestLoop.settle()
        }
        try await peer.send(abort)
        for _ in 0..<5 { await TestLoop.settle() }
        let response = try await peer.response()
        #expect(response.output.count < 4_000_000 && response.protocolStatus == 0)
        try await peer.send(WireBytes.request(Handlers.parameters("/next")))
        #expect(try await peer.response().text == "/next 0")
      }
      #expect(outcomes.values == [.aborted, .aborted])
      await served.stop()
    }
  }

  @Test func afterTheResponseItMeansNothing() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try await peer.send(WireBytes.request(Handlers.parameters("/a")))
      #expect(try await peer.response().text == "/a 0")
      try await peer.send(abort + WireBytes.request(Handlers.parameters("/b")))
      #expect(try await peer.response().text == "/b 0")
      await served.stop()
    }
  }

  @Test func connectionThatIsNotToBeKeptIsClosed() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try await peer.send(WireBytes.begin(keeps: false) + WireBytes.record(.parameters) + abort)
      _ = try await peer.response()
      #expect(try await peer.isClosed())
    }
  }
}
