import EventLoop
import HTTPTransfer
import LoopFixture
import Testing

@Suite struct MultiTransferTests {
  private static let head = "\r\n\r\n"

  private static func answer(_ body: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test func bodiesStreamBothWays() async throws {
    let piece = String(repeating: "u", count: 100_000)
    let server = try ScriptedServer([
      [.awaits(String(repeating: piece, count: 30)), .sends(Self.answer("thanks")), .waits(milliseconds: 5_000)]
    ])
    let origin = server.origin
    let (status, body) = try await TestLoop.run { () async throws -> (Int, [UInt8]) in
      let exchange = try MultiTransfer().begin(
        HTTPRequest("PUT", "/a"), to: origin, bodyLength: 3_000_000, timeouts: ExchangeTimeouts(answer: 170_000))
      for _ in 0..<30 {
        try await exchange.send([Array(piece.utf8.prefix(7))[...], Array(piece.utf8.dropFirst(7))[...]])
      }
      exchange.finish()
      let status = try await exchange.response().status
      var body: [UInt8] = []
      while let bytes = try await exchange.read() { body += bytes }
      return (status, body)
    }
    #expect(status == 200 && body == Array("thanks".utf8))
    #expect(server.received.contains("Content-Length: 3000000\r\n") && !server.received.contains("Expect"))
  }

  @Test func whoDoesNotReadLetsTheServerWait() async throws {
    let size = 64 << 20
    let server = try ScriptedServer([
      [.awaits(Self.head), .sends(Self.answer(String(repeating: "d", count: size))), .waits(milliseconds: 5_000)]
    ])
    let origin = server.origin
    let (early, received) = try await TestLoop.run { () async throws -> (Int, Int) in
      let exchange = try MultiTransfer().begin(HTTPRequest("GET", "/"), to: origin)
      _ = try await exchange.response()
      var early = -1
      // Until the system takes no more for us.
      while early != server.sent {
        early = server.sent
        await EventLoop.current.sleep(nanoseconds: 200_000_000)
      }
      var received = 0
      while let bytes = try await exchange.read() { received += bytes.count }
      return (early, received)
    }
    #expect(early < size / 2 && received == size)
  }

  @Test func exchangesGoOnSideBySide() async throws {
    let count = 20
    let servers = try (0..<count).map { number in
      try ScriptedServer([[.awaits(Self.head), .sends(Self.answer("number \(number)")), .waits(milliseconds: 5_000)]])
    }
    let origins = servers.map(\.origin)
    let bodies = try await TestLoop.run { () async throws -> [String] in
      let transfers = try MultiTransfer()
      var exchanges: [StreamedExchange] = []
      for origin in origins { exchanges.append(try transfers.begin(HTTPRequest("GET", "/"), to: origin)) }
      var bodies: [String] = []
      for exchange in exchanges {
        var body: [UInt8] = []
        while let bytes = try await exchange.read() { body += bytes }
        bodies.append(String(decoding: body, as: UTF8.self))
      }
      #expect(transfers.count == 0)
      return bodies
    }
    #expect(bodies == (0..<count).map { "number \($0)" })
  }

  @Test func cancelledExchangeIsGoneAtOnce() async throws {
    let server = try ScriptedServer([
      [.awaits(Self.head), .sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nh"), .waits(milliseconds: 10_000)]
    ])
    let origin = server.origin
    try await TestLoop.run { () async throws in
      let transfers = try MultiTransfer()
      let exchange = try transfers.begin(HTTPRequest("GET", "/"), to: origin)
      #expect(try await exchange.read() == Array("h".utf8))
      exchange.cancel()
      #expect(transfers.count == 0)
      await #expect(throws: HTTPFailure.cancelled) { try await exchange.read() }
    }
  }

  @Test func eachPhaseHasItsTimeLimit() async throws {
    let silent = try ScriptedServer([
      [.awaits(Self.head), .waits(milliseconds: 10_000)],
      [.awaits(Self.head), .sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nh"), .waits(milliseconds: 10_000)],
      [.awaits(Self.head), .waits(milliseconds: 10_000)],
      [.awaits(Self.head), .waits(milliseconds: 10_000)],
    ])
    let origin = silent.origin
    try await TestLoop.run { () async throws in
      let transfers = try MultiTransfer(buffers: BufferShares(most: 64 << 10))
      let unanswered = try transfers.begin(
        HTTPRequest("GET", "/"), to: origin, timeouts: ExchangeTimeouts(answer: 200))
      await #expect(throws: HTTPFailure.overdue(.answer)) { try await unanswered.response() }
      let stalled = try transfers.begin(
        HTTPRequest("GET", "/"), to: origin, timeouts: ExchangeTimeouts(receiving: 200))
      #expect(try await stalled.read() == Array("h".utf8))
      await #expect(throws: HTTPFailure.overdue(.receiving)) { try await stalled.read() }
      let slow = try transfers.begin(
        HTTPRequest("GET", "/"), to: origin, timeouts: ExchangeTimeouts(whole: 200))
      await #expect(throws: HTTPFailure.overdue(.whole)) { try await slow.response() }
      let untaken = try transfers.begin(
        HTTPRequest("PUT", "/"), to: origin, bodyLength: 1 << 30, timeouts: ExchangeTimeouts(sending: 200))
      await #expect(throws: HTTPFailure.overdue(.sending)) {
        while true { try await untaken.send([[UInt8](repeating: 0, count: 65_536)[...]]) }
      }
      #expect(transfers.count == 0)
    }
  }

  @Test func noTimeRunsWhileNobodyWaits() async throws {
    let server = try ScriptedServer([
      [.awaits("firstlast"), .sends(Self.answer("done")), .waits(milliseconds: 5_000)]
    ])
    let origin = server.origin
    try await TestLoop.run { () async throws in
      let exchange = try MultiTransfer().begin(
        HTTPRequest("PUT", "/"), to: origin, bodyLength: 9)
      try await exchange.send([Array("first".utf8)[...]])
      // A sender who thinks, then one who does not read.
      await TestLoop.advance(seconds: 3_600)
      try await exchange.send([Array("last".utf8)[...]])
      exchange.finish()
      #expect(try await exchange.response().status == 200)
      await TestLoop.advance(seconds: 3_600)
      var body: [UInt8] = []
      while let bytes = try await exchange.read() { body += bytes }
      #expect(body == Array("done".utf8))
    }
  }

  @Test func brokenExchangeIsAFailureForEverybody() async throws {
    let server = try ScriptedServer([
      [.awaits(Self.head), .sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell")]
    ])
    let origin = server.origin
    let refusing = try #require(HTTPOrigin("http://127.0.0.1:1"))
    try await TestLoop.run { () async throws in
      let transfers = try MultiTransfer()
      let cut = try transfers.begin(HTTPRequest("GET", "/"), to: origin)
      await #expect(throws: HTTPFailure.cutShort) { while try await cut.read() != nil {} }
      let refused = try transfers.begin(HTTPRequest("PUT", "/"), to: refusing, bodyLength: 9)
      await #expect(throws: HTTPFailure.notConnected(.connectionRefused)) { try await refused.response() }
    }
  }
}
