import BlobEngine
import EventLoop
import LoopFixture
import Testing

@Suite struct DownloadTests {
  private static let blob = sample(500_000)

  @Test(arguments: [0..<500_000, 0..<1, 499_999..<500_000, 1_000..<300_000, 7..<7])
  func rangeIsReadByteForByte(range: Range<Int>) async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      let reader = client.read("a", UInt64(range.lowerBound)..<UInt64(range.upperBound), length: 500_000)
      #expect(try await reader.all() == Array(Self.blob[range]))
      #expect(try await reader.next() == nil && client.state.connections == 0)
    }
    #expect(double.requests.count == (range.isEmpty ? 0 : 1) && double.requests.allSatisfy(TestKey.accepts))
  }

  @Test func answersThatAreCutAreGoneOnWithBehindTheLastByte() async throws {
    // Cut in the head, behind it, after some bytes, and by a reset.
    let double = try EngineDouble { request in
      switch request.number {
      case 0: [.sends(Array("HTTP/1.1 206 Par".utf8)), .closes]
      case 1: [request.partial(Self.blob, sending: 100_000), .closes]
      default: [request.partial(Self.blob)]
      }
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await client.read("a", 10..<490_000, length: 500_000).all() == Array(Self.blob[10..<490_000]))
    }
    #expect(double.requests.map { $0.range?.lowerBound } == [10, 10, 100_010])
  }

  @Test func readsThatFollowEachOtherShareAConnection() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      for _ in 0..<20 {
        let reader = client.read("a", 0..<500_000, length: 500_000)
        reader.prepare()
        // More has come than is held: the transfer stands still before its last bytes.
        await EventLoop.current.sleep(nanoseconds: 3_000_000)
        #expect(try await reader.all() == Self.blob)
      }
    }
    #expect(double.requests.count == 20 && double.connections == 1)
  }

  @Test func aBlobThatIsReplacedWhileItIsReadIsNotMixed() async throws {
    let double = try EngineDouble { request in
      [request.partial(Self.blob, sending: 100_000, entityTag: request.number == 0 ? "old" : "new"), .closes]
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.changed) { try await client.read("a", 0..<500_000).all() }
      #expect(client.state.connections == 0)
    }
    #expect(double.requests.count == 2)
  }

  @Test func aBlobThatIsNotTheOneThatWasListedIsNotRead() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob, entityTag: "new")] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await client.read("a", 0..<500_000, entityTag: "new").all() == Self.blob)
      await #expect(throws: EngineError.changed) { try await client.read("a", 0..<500_000, entityTag: "old").next() }
    }
  }

  @Test func longReadOutlivesManyBrokenConnections() async throws {
    // As long as it gets on between two failures.
    let large = sample(12 << 20)
    let double = try EngineDouble { [$0.partial(large, sending: 1_500_000), .closes] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await client.read("a", 0..<UInt64(large.count)).all() == large)
    }
    #expect(double.requests.count == 9)
  }

  @Test func readThatGetsNowhereEnds() async throws {
    let double = try EngineDouble { [$0.partial(Self.blob, sending: 10), .closes] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.unreachable(.cutShort)) { try await client.read("a", 0..<500_000).all() }
      #expect(client.state.connections == 0)
    }
    #expect(double.requests.count == 3)
  }

  @Test func whatIsNotTheRangeIsNotTaken() async throws {
    let wrong: [EngineDouble.Step] = [
      .answer(206, ["Content-Range": "bytes 1-10/500000"], sample(10)),
      .answer(206, ["Content-Range": "bytes 0-8/500000"], sample(9)),
      .answer(206, [:], sample(10)),
      .answer(206, ["Content-Range": "bytes 0-9/500000"], sample(11)),
      .answer(200, ["Content-Range": "bytes 0-8/500000"], sample(9)),
      .answer(200, [:], sample(10)),
    ]
    for step in wrong {
      let double = try EngineDouble { _ in [step] }
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        do {
          _ = try await client.read("a", 0..<10, length: 500_000).all()
          Issue.record("taken: \(step)")
        } catch EngineError.malformed {}
      }
    }
    let shorter = try EngineDouble { _ in [.answer(206, ["Content-Range": "bytes 0-9/10"], sample(10))] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(shorter)
      await #expect(throws: EngineError.damaged("the engine keeps 10 bytes of 500000")) {
        try await client.read("a", 0..<10, length: 500_000).all()
      }
    }
  }

  @Test func twoHundredWithTheRightContentRangeIsTheRange() async throws {
    let double = try EngineDouble { _ in [.answer(200, ["Content-Range": "bytes 0-9/500000"], sample(10))] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await client.read("a", 0..<10, length: 500_000).all() == sample(10))
    }
  }

  @Test func blobThatIsNotThereIsMissing() async throws {
    let double = try EngineDouble { MemoryEngine().answer($0) }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.missing) { try await client.read("a", 0..<10).all() }
      await #expect(throws: EngineError.missing) { try await client.head("a") }
      try await client.remove("a")
    }
    #expect(double.requests.count == 3)
  }

  @Test func missingBucketIsNoMissingBlob() async throws {
    let body = Array("<Error><Code>NoSuchBucket</Code></Error>".utf8)
    let double = try EngineDouble { _ in [.answer(404, [:], body)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.refused(EngineRefusal(status: 404, code: "NoSuchBucket"))) {
        try await client.read("a", 0..<10).all()
      }
    }
  }

  @Test func readerThatGoesGivesItsConnectionUp() async throws {
    let large = sample(8 << 20)
    let double = try EngineDouble { [$0.partial(large)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      var reader: BlobDownload? = client.read("a", 0..<UInt64(large.count))
      #expect(try await reader?.next() != nil && client.state.connections == 1)
      reader = nil
      #expect(await TestLoop.until { client.state.connections == 0 })
    }
  }

  @Test func readerThatIsLeftAloneLendsItsConnection() async throws {
    let large = sample(4 << 20)
    let double = try EngineDouble { [$0.partial(large)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.withOneConnection(double, idleReader: 50)
      let slow = client.read("a", 0..<UInt64(large.count))
      var got = try await slow.next() ?? []
      #expect(try await client.read("a", 0..<1_000).all() == Array(large[..<1_000]))
      got += try await slow.all()
      #expect(got == large)
    }
    #expect(double.requests.count == 3)
  }

  @Test func connectionThatWasAskedForAheadIsLentAtOnce() async throws {
    let large = sample(1 << 20)
    let double = try EngineDouble { [$0.partial(large)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.withOneConnection(double, idleReader: 60_000)
      let ahead = client.read("a", 0..<UInt64(large.count))
      ahead.prepare()
      #expect(client.state.connections == 1)
      #expect(try await client.read("a", 0..<1_000).all() == Array(large[..<1_000]))
      #expect(try await ahead.all() == large)
    }
  }

  @Test func whoWaitsTooLongForAConnectionIsTold() async throws {
    let double = try EngineDouble { _ in [.waits(milliseconds: 2_000), .closes] }
    var limits = TestClient.limits
    limits.connections = 1
    limits.turn = 50
    limits.attempts = 1
    try await TestLoop.run { [limits] () async throws in
      let client = try TestClient.make(double, limits: limits)
      let first = client.read("a", 0..<10)
      EventLoop.current.start { _ = try? await first.next() }
      #expect(await TestLoop.until { client.state.connections == 1 })
      await #expect(throws: EngineError.busy) { try await client.head("b") }
      #expect(await TestLoop.until { client.state.connections == 0 })
    }
  }
}
