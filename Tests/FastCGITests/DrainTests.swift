import EventLoop
import FastCGI
import FastCGIFixture
import LoopFixture
import Posix
import Testing

struct DrainTests {
  /// Answers when it is told to.
  @EventLoopActor
  private final class GatedHandler {
    let gate = WaitPoint()
    let entered = Tally()

    func serve() throws -> ServedSocket {
      try ServedSocket { [self] request, response in
        if request.parameters["REQUEST_URI"] == "/slow" {
          entered.add()
          _ = await gate.wait()
        }
        await Handlers.echo(request, response)
      }
    }
  }

  /// Runs a drain beside the test.
  @EventLoopActor
  private final class Drain {
    private(set) var hasEnded = false

    init(_ served: ServedSocket, closesIdle: Bool, seconds: UInt64?) {
      let deadline = seconds.map { EventLoop.current.now + $0 * 1_000_000_000 }
      EventLoop.current.start { [self] in
        await served.server.drain(closesIdle: closesIdle, deadline: deadline)
        hasEnded = true
      }
    }
  }

  /// A server with a request in flight, and the connection on which that waits.
  @EventLoopActor
  private func busyServer() async throws -> (GatedHandler, ServedSocket, WebServerPeer) {
    let handler = GatedHandler()
    let served = try handler.serve()
    let busy = try served.connect()
    try await busy.send(WireBytes.request(Handlers.parameters("/slow")))
    #expect(await TestLoop.until { handler.entered.value == 1 })
    return (handler, served, busy)
  }

  @Test func nothingToDrain() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      await served.server.drain(closesIdle: false, deadline: nil)
    }
  }

  /// As a reload has it: persistent connections are served until the web server closes them.
  @Test func persistentConnectionIsServedWhileTheServerDrains() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try await peer.send(WireBytes.request(Handlers.parameters("/1")))
      _ = try await peer.response()
      let drain = Drain(served, closesIdle: false, seconds: nil)
      await TestLoop.settle()
      for _ in 0..<3 {
        try await peer.send(WireBytes.request(Handlers.parameters("/2")))
        #expect(try await peer.response().text == "/2 0")
        await TestLoop.advance(seconds: 3)
      }
      let late = try served.connect()
      try await late.send(WireBytes.request())
      await TestLoop.settle()
      #expect(!drain.hasEnded && served.server.connectionCount == 1, "nobody new is accepted")
      peer.close()
      #expect(await TestLoop.until { drain.hasEnded })
    }
  }

  /// As a reload has it where there are other workers: from then on these answer, also on connections that were there.
  @Test func persistentConnectionsPassToAnotherServer() async throws {
    try await TestLoop.run {
      let queue = try DescriptorQueue()
      let handler = GatedHandler()
      let old = try ServedSocket(persistentConnections: queue) { [handler] request, response in
        if request.parameters["REQUEST_URI"] == "/slow" {
          handler.entered.add()
          _ = await handler.gate.wait()
        }
        await Handlers.echo(request, response)
      }
      let (idle, unread, busy) = (try old.connect(), try old.connect(), try old.connect())
      for peer in [idle, unread] {
        try await peer.send(WireBytes.request(Handlers.parameters("/1")))
        #expect(try await peer.response().text == "/1 0")
      }
      try await busy.send(WireBytes.request(Handlers.parameters("/slow")))
      #expect(await TestLoop.until { handler.entered.value == 1 })
      // Between these lines the loop does not run: the request is in the socket when the drain begins.
      let request = WireBytes.request(Handlers.parameters("/2"))
      #expect(try unread.sendSome(request) == request.count)
      let drain = Drain(old, closesIdle: false, seconds: nil)
      #expect(await TestLoop.until { old.server.connectionCount == 1 })

      // Nobody is there yet: the request waits, and is not lost.
      let asked = Tally()
      let new = try ServedSocket(persistentConnections: queue) { [asked] request, response in
        asked.add()
        await Handlers.echo(request, response)
      }
      #expect(try await unread.response().text == "/2 0")
      try await idle.send(request)
      #expect(try await idle.response().text == "/2 0")
      #expect(asked.value == 2)
      #expect(!drain.hasEnded)
      handler.gate.wake()
      #expect(try await busy.response().text == "/slow 0")
      #expect(await TestLoop.until { drain.hasEnded })
      try await busy.send(request)
      #expect(try await busy.response().text == "/2 0")
      #expect(asked.value == 3 && new.server.connectionCount == 3)
      await new.stop()
    }
  }

  /// As a reload has it where the next program is an earlier version that knows nothing of the queue.
  @Test func persistentConnectionsThatNobodyTakesAreServedToTheirEnd() async throws {
    try await TestLoop.run {
      let queue = try DescriptorQueue()
      let old = try ServedSocket(persistentConnections: queue, Handlers.echo)
      var peers: [WebServerPeer] = []
      for _ in 0..<3 { peers.append(try old.connect()) }
      #expect(await TestLoop.until { old.server.connectionCount == 3 })
      let drain = Drain(old, closesIdle: false, seconds: nil)
      #expect(await TestLoop.until { old.server.connectionCount == 0 })
      #expect(!queue.isEmpty && !drain.hasEnded)
      for peer in peers { try await peer.send(WireBytes.request(Handlers.parameters("/x"))) }
      await TestLoop.advance(seconds: 2)
      for peer in peers {
        #expect(try await peer.response().text == "/x 0")
        try await peer.send(WireBytes.request(Handlers.parameters("/y")))
        #expect(try await peer.response().text == "/y 0")
      }
      #expect(queue.isEmpty && !drain.hasEnded && old.server.connectionCount == 3)
      for peer in peers { peer.close() }
      #expect(await TestLoop.until { drain.hasEnded })
    }
  }

  /// More connections than the queue holds at once.
  @Test func anyNumberOfConnectionsPasses() async throws {
    try await TestLoop.run {
      let queue = try DescriptorQueue()
      let old = try ServedSocket(persistentConnections: queue, Handlers.echo)
      var peers: [WebServerPeer] = []
      for _ in 0..<400 { peers.append(try old.connect()) }
      #expect(await TestLoop.until { old.server.connectionCount == 400 })
      let drain = Drain(old, closesIdle: false, seconds: nil)
      await TestLoop.settle()
      #expect(!drain.hasEnded && old.server.connectionCount > 0)
      let new = try ServedSocket(persistentConnections: queue, Handlers.echo)
      #expect(await TestLoop.until { new.server.connectionCount == 400 })
      #expect(await TestLoop.until { drain.hasEnded })
      for peer in peers.suffix(3) {
        try await peer.send(WireBytes.request(Handlers.parameters("/x")))
        #expect(try await peer.response().text == "/x 0")
      }
      await new.stop()
    }
  }

  /// As a stop has it: idle connections are closed, requests in flight are answered.
  @Test func stopClosesIdleConnectionsAndFinishesRequests() async throws {
    try await TestLoop.run {
      let (handler, served, busy) = try await busyServer()
      let idle = try served.connect()
      try await idle.send(WireBytes.request())
      _ = try await idle.response()
      let drain = Drain(served, closesIdle: true, seconds: 30)
      #expect(try await idle.isClosed())
      await TestLoop.advance(seconds: 20)
      #expect(!drain.hasEnded)
      handler.gate.wake()
      #expect(try await busy.response().text == "/slow 0")
      #expect(try await busy.isClosed())
      #expect(await TestLoop.until { drain.hasEnded })
    }
  }

  /// A request is on its way when the stop comes: in part, in the socket, or on a connection not yet accepted.
  @Test func requestsThatHaveBegunAreAnswered() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let request = WireBytes.request(Handlers.parameters("/late"))
      let (partial, unread) = (try served.connect(), try served.connect())
      try await partial.send(Array(request[..<20]))
      try await unread.send(WireBytes.request())
      _ = try await unread.response()
      #expect(await TestLoop.until { served.server.connectionCount == 2 })
      // Between these lines the loop does not run.
      #expect(try unread.sendSome(request) == request.count)
      let fresh = try served.connect()
      #expect(try fresh.sendSome(request) == request.count)
      let drain = Drain(served, closesIdle: true, seconds: 30)
      for peer in [unread, fresh] {
        #expect(try await peer.response().text == "/late 0")
        #expect(try await peer.isClosed())
      }
      #expect(!drain.hasEnded)
      try await partial.send(Array(request[20...]))
      #expect(try await partial.response().text == "/late 0")
      #expect(await TestLoop.until { drain.hasEnded })
    }
  }

  @Test func whatIsLeftAtTheDeadlineIsCut() async throws {
    try await TestLoop.run {
      let (handler, served, busy) = try await busyServer()
      let drain = Drain(served, closesIdle: true, seconds: 30)
      await TestLoop.advance(seconds: 29)
      #expect(!drain.hasEnded)
      await TestLoop.advance(seconds: 2)
      handler.gate.wake()
      #expect(await TestLoop.until { drain.hasEnded })
      #expect(try await busy.isClosed())
    }
  }

  /// A handler that waits for something that never comes holds the end up for two seconds, not for ever.
  @Test func stuckHandlerIsLeftBehind() async throws {
    try await TestLoop.run {
      let (handler, served, busy) = try await busyServer()
      defer { withExtendedLifetime(busy) {} }
      let drain = Drain(served, closesIdle: true, seconds: 30)
      await TestLoop.advance(seconds: 31)
      #expect(!drain.hasEnded)
      await TestLoop.advance(seconds: 3)
      #expect(drain.hasEnded)
      handler.gate.wake()
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }

  /// A stop comes while a reload is still draining, perhaps twice.
  @Test func stricterDrainMayFollow() async throws {
    try await TestLoop.run {
      let (handler, served, busy) = try await busyServer()
      defer { withExtendedLifetime(busy) {} }
      let idle = try served.connect()
      #expect(await TestLoop.until { served.server.connectionCount == 2 })
      let first = Drain(served, closesIdle: false, seconds: nil)
      await TestLoop.settle()
      let second = Drain(served, closesIdle: true, seconds: 30)
      let third = Drain(served, closesIdle: true, seconds: 30)
      #expect(try await idle.isClosed())
      await TestLoop.advance(seconds: 31)
      handler.gate.wake()
      #expect(await TestLoop.until { first.hasEnded && second.hasEnded && third.hasEnded })
    }
  }

  @Test func socketThatWasShutDownIsLetGoQuietly() async throws {
    try await TestLoop.run {
      let served = try ServedSocket(Handlers.echo)
      let peer = try served.connect()
      try served.shutDown()
      try await peer.send(WireBytes.request(Handlers.parameters("/waiting")))
      #expect(try await peer.response().text == "/waiting 0", "who waited to be accepted still is")
      #expect(throws: (any Error).self) { try served.connect() }
      #expect(served.reports.values.isEmpty)
      await served.stop()
    }
  }
}
