import EventLoop
import FastCGI
import FastCGIFixture
import LoopFixture
import Testing

/// Peers that want to keep the server from others, or to fill its memory.
struct HostilePeerTests {
  /// Parameters that begin and never end, at whatever moment they begin.
  @Test func parametersThatStopComingAreGivenUp() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let fresh = try served.connect()
      try await fresh.send(WireBytes.begin())
      let idle = try served.connect()
      await TestLoop.settle()
      await TestLoop.advance(seconds: 20)
      try await idle.send(WireBytes.begin() + WireBytes.record(.parameters, [1]))
      await TestLoop.settle()
      await TestLoop.advance(seconds: 15)
      #expect(try await fresh.isClosed())
      #expect(served.server.connectionCount == 1)
      // A byte now and then wins no time.
      for _ in 0..<8 {
        try await idle.send(WireBytes.record(.parameters, [1]))
        await TestLoop.advance(seconds: 2)
      }
      #expect(try await idle.isClosed())
    }
  }

  @Test func idleConnectionIsNotGivenUp() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      // A request that was given up before it had begun for anybody leaves no deadline behind.
      try await peer.send(WireBytes.begin())
      await TestLoop.settle()
      try await peer.send(WireBytes.record(.abortRequest))
      _ = try await peer.response()
      await TestLoop.advance(seconds: 100_000)
      try await peer.send(WireBytes.request(Handlers.parameters("/late")))
      #expect(try await peer.response().text == "/late 0")
      await TestLoop.advance(seconds: 20)
      try await peer.send(WireBytes.begin())
      await TestLoop.advance(seconds: 20)
      try await peer.send(WireBytes.record(.parameters) + WireBytes.record(.standardInput))
      #expect(try await peer.response().text == "- 0")
      await served.stop()
    }
  }

  @Test func endlessParametersAreCutOff() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try await peer.send(WireBytes.begin())
      let piece = WireBytes.record(.parameters, [UInt8](repeating: 0, count: 60_000))
      await #expect(throws: (any Error).self) {
        for _ in 0..<100 { try await peer.send(piece) }
      }
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }

  /// Questions without end whose answers are not read: the connection goes before the memory does.
  @Test(arguments: [false, true])
  func questionsWithoutEndAreCutOff(duringResponse: Bool) async throws {
    try await TestLoop.run {
      let gate = WaitPoint()
      let served = try ServedSocket { request, response in
        _ = await gate.wait()
        await Handlers.echo(request, response)
      }
      let peer = try served.connect()
      if duringResponse { try await peer.send(WireBytes.request()) }
      var questions: [UInt8] = []
      for _ in 0..<1_000 { questions += WireBytes.record(.getValues, WireBytes.pairs(["FCGI_MAX_REQS": ""]), id: 0) }
      await #expect(throws: (any Error).self) {
        for _ in 0..<200 { try await peer.send(questions) }
      }
      gate.wake()
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
      #expect(served.reports.values == ["FastCGI protocol violation: management replies are not taken"])
    }
  }

  /// Bytes that mean nothing, as fast as they can be sent: others are served in between.
  @Test func senderWithoutEndDoesNotKeepOthersWaiting() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let (noisy, quiet) = (try served.connect(), try served.connect())
      let flood = Flood(noisy)
      for _ in 0..<20 {
        try await quiet.send(WireBytes.request(Handlers.parameters("/quiet")))
        #expect(try await quiet.response().text == "/quiet 0")
      }
      flood.isStopped = true
      #expect(await TestLoop.until { flood.hasEnded })
      #expect(flood.sent > 1 << 20)
      await served.stop()
    }
  }

  @Test func manyConnectionsAtOnceAreAllServed() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peers = try (0..<200).map { _ in try served.connect() }
      for (number, peer) in peers.enumerated() {
        try await peer.send(WireBytes.request(Handlers.parameters("/\(number)")))
      }
      for (number, peer) in peers.enumerated() { #expect(try await peer.response().text == "/\(number) 0") }
      #expect(served.counts.values.max() == 200)
      #expect(await served.stop())
    }
  }
}

/// Sends records of a request that does not exist, until it is stopped.
@EventLoopActor
private final class Flood {
  var isStopped = false
  private(set) var hasEnded = false
  private(set) var sent = 0

  init(_ peer: WebServerPeer) {
    let stray = WireBytes.record(.standardInput, [UInt8](repeating: 0, count: 65_527), id: 9)
    EventLoop.current.start { [self] in
      var rest = stray[...]
      while !isStopped {
        let count = (try? peer.sendSome(Array(rest))) ?? 0
        sent += count
        rest = count == rest.count ? stray[...] : rest.dropFirst(count)
        await Task.yield()
      }
      hasEnded = true
    }
  }
}
