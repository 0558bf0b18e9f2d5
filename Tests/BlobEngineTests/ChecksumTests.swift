import BlobEngine
import Digests
import EventLoop
import HTTPSemantics
import LoopFixture
import Synchronization
import Testing

/// Puts of contents of which only the CRC-32 is known.
@Suite struct ChecksumTests {
  private static let content = sample(200_000)
  private static let field = "x-amz-checksum-crc32"

  private static func blob(_ name: String) -> EngineBlob {
    EngineBlob(name, length: UInt64(content.count), crc32: CRC32.checksum(of: content))
  }

  /// An engine that compares what it is told to.
  private static func comparing(_ engine: MemoryEngine) -> @Sendable (EngineDouble.Request) -> [EngineDouble.Step] {
    { request in
      guard let declared = request.fields[field] else { return engine.answer(request) }
      guard declared == Base64.standard.encode(CRC32.checksum(of: request.body).bigEndianBytes) else {
        return [.answer(400, [:], Array("<Error><Code>BadDigest</Code></Error>".utf8))]
      }
      _ = engine.answer(request)
      return [.answer(200, ["ETag": MemoryEngine.tag(request.body), field: declared])]
    }
  }

  /// Puts until the engine is known to find MD5s.
  /// - Returns: whether that is so.
  @EventLoopActor
  private static func learns(_ client: EngineClient, within tries: Int = 100) async throws -> Bool {
    for number in 0..<tries where !client.findsMD5 {
      #expect(try await client.put(blob("\(number)"), from: TestClient.content(content)) == MD5.digest(of: content))
      await EventLoop.current.sleep(nanoseconds: 5_000_000)
    }
    return client.findsMD5
  }

  @Test func ofAnEngineThatComparesThemTheMD5IsTaken() async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble(Self.comparing(engine))
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(!client.findsMD5)
      // A short blob is not worth to find it out for.
      try await client.put(
        EngineBlob("short", length: 1, crc32: CRC32.checksum(of: [1])), from: TestClient.content([1]))
      await EventLoop.current.sleep(nanoseconds: 20_000_000)
      #expect(double.requests.count == 1)
      #expect(try await Self.learns(client))
      let md5 = try await client.put(Self.blob("a"), from: TestClient.content(Self.content, pieces: 30_000))
      #expect(md5 == MD5.digest(of: Self.content))
      // A content that has changed since somebody looked at it.
      do {
        try await client.put(Self.blob("b"), from: TestClient.content(Self.content.reversed()))
        Issue.record("other bytes were taken")
      } catch EngineError.refused(let refusal) {
        #expect(refusal.code == "BadDigest")
      }
    }
    let put = try #require(double.requests.first { $0.target.hasSuffix("/a") })
    #expect(put.fields[Self.field] != nil && put.fields["Content-MD5"] == nil)
    #expect(engine["/bucket/pre/fix/a"] == Self.content && engine["/bucket/pre/fix/b"] == nil)
    // Two were tried, once, as long as those that are worth it; nothing is left of them.
    let tried = double.requests.filter { $0.target.contains("/probe/") }
    #expect(tried.map(\.method) == ["PUT", "DELETE", "PUT"] && tried[0].body.count == 65_536)
    #expect(!engine.names.contains { $0.contains("probe") })
  }

  enum Incapable: CaseIterable, Sendable { case ignoresIt, refusesIt, repeatsIt, answersNoMD5, answersAnotherMD5 }

  @Test(arguments: Incapable.allCases) func ofAnyOtherTheMD5IsComputedHere(_ kind: Incapable) async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble { request in
      guard request.method == "PUT", request.fields[Self.field] != nil else { return engine.answer(request) }
      switch kind {
      case .ignoresIt: return engine.answer(request)
      case .repeatsIt:
        _ = engine.answer(request)
        return [.answer(200, ["ETag": MemoryEngine.tag(request.body), Self.field: request.fields[Self.field] ?? ""])]
      case .refusesIt: return [.answer(501, [:], Array("<Error><Code>NotImplemented</Code></Error>".utf8))]
      case .answersNoMD5:
        _ = engine.answer(request)
        return [.answer(200, ["ETag": "\"0123456789abcdef-1\""])]
      case .answersAnotherMD5:
        _ = engine.answer(request)
        return [.answer(200, ["ETag": MemoryEngine.tag([9])])]
      }
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await !Self.learns(client, within: 20))
    }
    let puts = double.requests.filter { $0.method == "PUT" }
    let tried = puts.filter { $0.fields[Self.field] != nil }
    #expect((1...2).contains(tried.count) && tried.allSatisfy { $0.target.contains("/probe/") })
    #expect(puts.filter { !$0.target.contains("/probe/") }.count == 20)
    #expect(!engine.names.contains { $0.contains("probe") })
  }

  /// Such as one that has been told to encrypt since.
  @Test func anEngineThatNoLongerAnswersMD5sIsGivenThem() async throws {
    let engine = MemoryEngine()
    let hidesMD5 = Mutex(false)
    let double = try EngineDouble { request in
      let steps = Self.comparing(engine)(request)
      guard request.method == "PUT", hidesMD5.withLock({ $0 }) else { return steps }
      return [.answer(200, ["ETag": "\"0123456789abcdef-1\"", Self.field: request.fields[Self.field] ?? ""])]
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await Self.learns(client))
      hidesMD5.withLock { $0 = true }
      for name in ["a", "b"] {
        let md5 = try await client.put(Self.blob(name), from: TestClient.content(Self.content, pieces: 70_000))
        #expect(md5 == MD5.digest(of: Self.content) && !client.findsMD5)
      }
    }
    let puts = double.requests.filter { $0.method == "PUT" }.suffix(2)
    #expect(puts.allSatisfy { $0.fields[Self.field] != nil })
  }

  /// Others answer under its address by now: they keep what comes, whatever is declared.
  @Test func anEngineThatComparesNoLongerIsNotBelieved() async throws {
    let engine = MemoryEngine()
    let ignores = Mutex(false)
    let double = try EngineDouble { request in
      ignores.withLock { $0 } ? engine.answer(request) : Self.comparing(engine)(request)
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      #expect(try await Self.learns(client))
      ignores.withLock { $0 = true }
      #expect(
        try await client.put(Self.blob("a"), from: TestClient.content(Self.content)) == MD5.digest(of: Self.content))
      #expect(!client.findsMD5)
      for name in ["b", "c"] {
        await #expect(throws: EngineError.damaged("what was sent to the engine has another CRC-32 than what came")) {
          try await client.put(Self.blob(name), from: TestClient.content(Self.content.reversed()))
        }
      }
    }
    let puts = double.requests.filter { $0.method == "PUT" }.suffix(3)
    #expect(puts.map { $0.fields[Self.field] != nil } == [true, false, false])
  }

  /// Of a proxy, say: they tell nothing of checksums.
  @Test(arguments: [400, 503]) func otherRefusalsAreNoComparison(_ status: Int) async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble { request in
      let isWrong = request.fields[Self.field].map {
        $0 != Base64.standard.encode(CRC32.checksum(of: request.body).bigEndianBytes)
      }
      return isWrong == true ? [.answer(status)] : Self.comparing(engine)(request)
    }
    try await TestLoop.run { () async throws in
      #expect(try await !Self.learns(TestClient.make(double), within: 20))
    }
    #expect(!engine.names.contains { $0.contains("probe") })
  }

  /// It is tried again later, not with each put.
  @Test func anEngineThatFailsWhenItIsTriedIsLeftAloneForAWhile() async throws {
    let engine = MemoryEngine()
    let double = try EngineDouble { request in
      guard request.target.contains("/probe/") else { return engine.answer(request) }
      return [.answer(503, [:], Array("<Error><Code>SlowDown</Code></Error>".utf8))]
    }
    try await TestLoop.run { () async throws in
      #expect(try await !Self.learns(TestClient.make(double), within: 20))
    }
    #expect(double.requests.filter { $0.target.contains("/probe/") && $0.method == "PUT" }.count == 1)
  }
}
