import EventLoop
import HTTPTransfer
import LoopFixture
import Testing

@testable import BlobEngine

@Suite struct BreakerTests {
  @Test func opensAfterFailuresInARow() {
    var breaker = Breaker()
    func opens(after count: Int) -> [Bool] { (0..<count).map { _ in breaker.failed() } }
    let fewer = Breaker.failureLimit - 1
    #expect(opens(after: fewer) == Array(repeating: false, count: fewer) && !breaker.isOpen)
    breaker.answered()
    #expect(opens(after: fewer + 1) == Array(repeating: false, count: fewer) + [true] && breaker.isOpen)
    // Those that were under way when it opened begin no second probing.
    #expect(opens(after: 1) == [false] && breaker.isOpen)
    breaker.answered()
    #expect(!breaker.isOpen)
  }

  @Test func engineThatIsAwayIsNotAskedUntilItIsBack() async throws {
    let engine = MemoryEngine()
    let first = try EngineDouble { engine.answer($0) }
    let port = first.endpoint.origin.port
    let client = try await TestLoop.run { () async throws in
      let client = try TestClient.make(first)
      try await client.put(EngineBlob("a", length: 1), from: TestClient.content([1]))
      return client
    }
    first.stop()
    try await TestLoop.run { () async throws in
      var seen: [EngineError] = []
      while !client.state.isAway, seen.count < 20 {
        do { _ = try await client.read("a", 0..<1).all() } catch let error as EngineError { seen.append(error) }
      }
      #expect(client.state.isAway)
      await #expect(throws: EngineError.away) { try await client.head("a") }
      await #expect(throws: EngineError.away) { try await client.read("a", 0..<1).next() }
    }
    let second = try EngineDouble(port: port) { engine.answer($0) }
    try await TestLoop.run { () async throws in
      #expect(await TestLoop.until { !client.state.isAway })
      #expect(try await client.read("a", 0..<1).all() == [1])
    }
    #expect(second.requests.first?.method == "HEAD")
  }

  /// A reader that gives up says nothing about the engine.
  @Test func requestThatWasGivenUpWithoutAnAnswerIsNoAnswer() async throws {
    let double = try EngineDouble { request in
      request.number == 0 ? [.waits(milliseconds: 20_000), .closes] : [.closes]
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      var ahead: BlobDownload? = client.read("ahead", 0..<1_000)
      ahead?.prepare()
      #expect(await TestLoop.until { double.requests.count == 1 })
      for _ in 0..<20 where !client.state.isAway { _ = try? await client.read("a", 0..<1).all() }
      #expect(client.state.isAway && ahead != nil)
      ahead = nil
      #expect(await TestLoop.until { client.state.connections == 0 })
      #expect(client.state.isAway)
    }
  }

  @Test func errorsOfTheEngineItselfDoNotOpenIt() async throws {
    let double = try EngineDouble { request in
      request.method == "PUT" ? [.answer(500)] : [request.partial([1, 2, 3])]
    }
    var limits = TestClient.limits
    limits.attempts = 1
    try await TestLoop.run { [limits] () async throws in
      let client = try TestClient.make(double, limits: limits)
      // An engine that is full refuses every put, and can be read all the same.
      for _ in 0..<20 {
        await #expect(throws: EngineError.refused(EngineRefusal(status: 500))) {
          try await client.put(EngineBlob("a", length: 1), from: TestClient.content([1]))
        }
      }
      #expect(try await client.read("a", 0..<3).all() == [1, 2, 3])
    }
  }
}
