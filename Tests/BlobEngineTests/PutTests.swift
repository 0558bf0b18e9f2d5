import BlobEngine
import EventLoop
import HTTPSemantics
import LoopFixture
import Testing

@Suite struct PutTests {
  @Test(arguments: [0, 1, 65_536, 300_000], [true, false])
  func blobIsKeptByteForByte(size: Int, knowsMD5: Bool) async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble { engine.answer($0) }
    let bytes = sample(size)
    let events = Record<EngineEvent>()
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double, events: events)
      let blob = EngineBlob(
        "blobs/aa/1", length: UInt64(size), md5: knowsMD5 ? MD5Digest.of(bytes) : nil, metadata: #"{"k":1}"#)
      try await client.put(blob, from: TestClient.content(bytes, pieces: 50_000))
      let status = try await client.head("blobs/aa/1")
      #expect(status.length == UInt64(size) && status.metadata == #"{"k":1}"#)
      #expect(status.entityTag == Hexadecimal.encode(MD5Digest.of(bytes)))
      #expect(try await client.read("blobs/aa/1", 0..<UInt64(size), length: UInt64(size)).all() == bytes)
    }
    #expect(engine["/bucket/pre/fix/blobs/aa/1"] == bytes)
    let put = try #require(double.requests.first)
    #expect(put.fields["Content-Length"] == "\(size)" && put.fields["Transfer-Encoding"] == nil)
    #expect(put.fields["Expect"] == nil && put.fields["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD")
    #expect(put.fields["Content-MD5"] == (knowsMD5 ? Base64.standard.encode(MD5Digest.of(bytes)) : nil))
    #expect(events.values.first?.operation == .put && events.values.first?.requestID == "R0")
    #expect(double.connections == 1)
  }

  @Test func contentThatStopsBeforeItsLastPieceNeverBecomesABlob() async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble { engine.answer($0) }
    let bytes = sample(200_000)
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.contentFailed) {
        try await client.put(EngineBlob("a", length: 200_000)) { (offset, limit) async throws(EngineError) in
          // All but the last byte has gone out when the signature turns out to be wrong.
          guard offset < 199_999 else { throw .contentFailed }
          return [bytes[Int(offset)..<min(199_999, Int(offset) + limit)]]
        }
      }
      await #expect(throws: EngineError.contentFailed) {
        try await client.put(EngineBlob("a", length: 200_000), from: TestClient.content(Array(bytes.dropLast())))
      }
      #expect(!client.state.isAway && client.state.connections == 0)
      await #expect(throws: EngineError.missing) { try await client.head("a") }
    }
    #expect(engine.names == [])
  }

  /// Of a content that comes while it is sent.
  @Test func digestThatIsSuppliedAtTheEndIsComparedWithTheAnswer() async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble { engine.answer($0) }
    let bytes = sample(150_000)
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      let blob = EngineBlob("a", length: 150_000)
      try await client.put(blob, finalMD5: { MD5Digest.of(bytes) }, from: TestClient.content(bytes))
      do {
        try await client.put(blob, finalMD5: { MD5Digest.of([1]) }, from: TestClient.content(bytes))
        Issue.record("a wrong digest was taken")
      } catch EngineError.damaged(let words) {
        #expect(words.contains(Hexadecimal.encode(MD5Digest.of([1]))))
      }
      let none: EngineClient.FinalMD5 = { () async throws(EngineError) in throw .contentFailed }
      await #expect(throws: EngineError.contentFailed) {
        try await client.put(blob, finalMD5: none, from: TestClient.content(bytes))
      }
      #expect(client.answersMD5)
      #expect(!client.state.isAway && client.state.connections == 0)
    }
    #expect(double.requests.allSatisfy { $0.fields["Content-MD5"] == nil })
  }

  /// Its bytes are gone: the first error is the reason.
  @Test func whatCannotBeginAgainIsTriedOnce() async throws {
    let slowDown = Array("<Error><Code>SlowDown</Code><Message>wait</Message></Error>".utf8)
    let double = try EngineDouble { _ in [.answer(503, [:], slowDown)] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.refused(EngineRefusal(status: 503, code: "SlowDown", message: "wait"))) {
        try await client.put(
          EngineBlob("a", length: 3), finalMD5: { [] }, canBeginAgain: { false }, from: TestClient.content([1, 2, 3]))
      }
      #expect(!client.answersMD5)
    }
    #expect(double.requests.count == 1)
  }

  @Test func ofAContentThatComesTheAnswerMustHaveTheDigest() async throws {
    let double = try EngineDouble { _ in [.answer(200, ["ETag": "\"0123456789abcdef0123456789abcdef-1\""])] }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.damaged("the engine does not answer the MD5 of what was put")) {
        try await client.put(
          EngineBlob("a", length: 3), finalMD5: { MD5Digest.of([1, 2, 3]) }, from: TestClient.content([1, 2, 3]))
      }
      #expect(!client.answersMD5)
    }
    #expect(double.requests.count == 1)
  }

  @Test func wrongEntityTagIsNoSuccess() async throws {
    let tags = ["\"\(String(repeating: "0", count: 32))\"", MemoryEngine.tag([9])]
    for knowsMD5 in [true, false] {
      let double = try EngineDouble { [.answer(200, ["ETag": tags[$0.number]])] }
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        for _ in tags {
          let blob = EngineBlob("a", length: 3, md5: knowsMD5 ? MD5Digest.of([1, 2, 3]) : nil)
          do {
            try await client.put(blob, from: TestClient.content([1, 2, 3]))
            Issue.record("a wrong tag was taken")
          } catch EngineError.damaged(let words) {
            #expect(words.contains(Hexadecimal.encode(MD5Digest.of([1, 2, 3]))))
          }
        }
      }
      // What is damaged is not tried again under the same name.
      #expect(double.requests.count == tags.count)
    }
  }

  @Test func tagThatIsNoMD5LeavesTheLengthToBeCompared() async throws {
    for (length, isWhole) in [("3", true), ("2", false)] {
      let double = try EngineDouble { request in
        request.method == "PUT"
          ? [.answer(200, ["ETag": "\"0123456789abcdef0123456789abcdef-1\""])]
          : [.head(200, ["Content-Length": length])]
      }
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        do {
          try await client.put(EngineBlob("a", length: 3), from: TestClient.content([1, 2, 3]))
          #expect(isWhole)
        } catch EngineError.damaged {
          #expect(!isWhole)
        }
        // With a Content-MD5 the engine has compared already.
        try await client.put(
          EngineBlob("a", length: 3, md5: MD5Digest.of([1, 2, 3])), from: TestClient.content([1, 2, 3]))
      }
      #expect(double.requests.map(\.method) == ["PUT", "HEAD", "PUT"])
    }
  }

  @Test func whatMayPassIsTriedAgainFromTheBeginning() async throws {
    let engine = MemoryEngine()
    let slowDown = Array("<Error><Code>SlowDown</Code><Message>wait</Message></Error>".utf8)
    let failures: [[EngineDouble.Step]] = [
      [.answer(500)], [.answer(503, [:], slowDown)], [.closes], [.resets], [.answer(429)],
    ]
    for failure in failures {
      let double = try EngineDouble { $0.number == 0 ? failure : engine.answer($0) }
      let bytes = sample(150_000)
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        try await client.put(EngineBlob("again", length: 150_000), from: TestClient.content(bytes))
      }
      #expect(engine["/bucket/pre/fix/again"] == bytes && double.requests.count == 2)
    }
  }

  @Test func persistentConnectionThatIsClosedMeanwhileIsReplaced() async throws {
    let engine = MemoryEngine()
    for end in [EngineDouble.Step.closes, .resets] {
      let double = try EngineDouble { $0.number == 1 ? [end] : engine.answer($0) }
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        for name in ["first", "second"] {
          try await client.put(EngineBlob(name, length: 100_000), from: TestClient.content(sample(100_000)))
        }
      }
      #expect(double.requests.count == 3)
    }
    #expect(engine["/bucket/pre/fix/second"] == sample(100_000))
  }

  @Test func whatDoesNotPassIsReportedWithTheEnginesWords() async throws {
    let body = "<Error><Code>InternalError</Code><Message>disk</Message><RequestId>I7</RequestId></Error>"
    let double = try EngineDouble { _ in [.answer(500, [:], Array(body.utf8))] }
    let events = Record<EngineEvent>()
    let refusal = EngineRefusal(status: 500, code: "InternalError", message: "disk", requestID: "I7")
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double, events: events)
      await #expect(throws: EngineError.refused(refusal)) {
        try await client.put(EngineBlob("a", length: 1), from: TestClient.content([1]))
      }
    }
    #expect(double.requests.count == 3 && events.values.map(\.isRepeated) == [false, true, true])
    #expect(events.values.allSatisfy { $0.requestID == "I7" && $0.error == .refused(refusal) })
    #expect(EngineError.refused(refusal).description == "the engine answers 500 InternalError: disk (request I7)")
  }

  @Test func refusalIsHeardBeforeTheWholeBodyWasTaken() async throws {
    let body = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    let double = try EngineDouble(readsBodies: false) { _ in
      [.answer(403, ["Connection": "close"], Array(body.utf8)), .waits(milliseconds: 300), .closes]
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      await #expect(throws: EngineError.refused(EngineRefusal(status: 403, code: "AccessDenied", message: "no"))) {
        try await client.put(
          EngineBlob("a", length: 100 << 20), from: { _, limit in [ArraySlice(repeating: 0, count: limit)] })
      }
    }
    #expect(double.requests.count == 1)
  }

  @Test func redirectsAreNotFollowed() async throws {
    let other = try EngineDouble { _ in [.answer(200, ["ETag": MemoryEngine.tag([1])])] }
    let location = "\(other.endpoint)/a"
    for status in [301, 302, 307, 308] {
      let double = try EngineDouble { _ in [.answer(status, ["Location": location])] }
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        await #expect(throws: EngineError.refused(EngineRefusal(status: status))) {
          try await client.put(EngineBlob("a", length: 1), from: TestClient.content([1]))
        }
        await #expect(throws: EngineError.refused(EngineRefusal(status: status))) {
          try await client.read("a", 0..<1).all()
        }
      }
    }
    #expect(other.connections == 0)
  }

  @Test func engineThatTakesNothingIsGivenUp() async throws {
    let double = try EngineDouble(readsBodies: false) { _ in [.waits(milliseconds: 10_000)] }
    var limits = TestClient.limits
    limits.attempts = 1
    limits.put.sending = 200
    try await TestLoop.run { [limits] () async throws in
      let client = try TestClient.make(double, limits: limits)
      await #expect(throws: EngineError.unreachable(.overdue(.sending))) {
        try await client.put(
          EngineBlob("a", length: 1 << 30), from: { _, limit in [ArraySlice(repeating: 0, count: limit)] })
      }
    }
  }

  @Test func whoeverHasWaitedLongIsToldSoAndNotKeptWaitingByFurtherTries() async throws {
    let double = try EngineDouble { _ in [.waits(milliseconds: 10_000)] }
    var limits = TestClient.limits
    limits.put.answer = 200
    limits.retryWindow = 150
    try await TestLoop.run { [limits] () async throws in
      let client = try TestClient.make(double, limits: limits)
      await #expect(throws: EngineError.unreachable(.overdue(.answer))) {
        try await client.put(EngineBlob("a", length: 1), from: TestClient.content([1]))
      }
    }
    #expect(limits.attempts > 1 && double.requests.count == 1)
  }

  @Test func answerThatNeverComesIsNoSuccess() async throws {
    let double = try EngineDouble { _ in [.waits(milliseconds: 10_000)] }
    var limits = TestClient.limits
    limits.attempts = 1
    limits.put.answer = 200
    try await TestLoop.run { [limits] () async throws in
      let client = try TestClient.make(double, limits: limits)
      await #expect(throws: EngineError.unreachable(.overdue(.answer))) {
        try await client.put(EngineBlob("a", length: 1), from: TestClient.content([1]))
      }
      #expect(client.state.connections == 0)
    }
  }
}
