import BlobEngine
import Digests
import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import S3EngineFixture
import Testing

/// What is asked of an engine, of those that people have.
@Suite(.serialized, .enabled(if: !S3Engine.Kind.installed.isEmpty)) struct RealEngineTests {
  /// One of each kind for all tests that only ask.
  private static let shared = Dictionary(
    uniqueKeysWithValues: S3Engine.Kind.installed.map { kind in (kind, Result { try S3Engine(kind) }) })

  private static func engine(_ kind: S3Engine.Kind) throws -> S3Engine { try #require(shared[kind]).get() }

  @EventLoopActor
  private static func client(
    _ address: String, secret: String = "secret", limits: EngineLimits = EngineLimits()
  ) throws -> EngineClient {
    try EngineClient(
      try #require(EngineEndpoint(address)),
      EngineClient.Credentials(accessKey: "test", secretKey: secret, region: "us-east-1"), limits: limits,
      pool: TestClient.pool)
  }

  private static func client(_ kind: S3Engine.Kind) async throws -> EngineClient {
    let address = try engine(kind).address
    return try await TestLoop.run { try client(address) }
  }

  // SeaweedFS keeps contents in pieces of 4 MiB.
  @Test(arguments: S3Engine.Kind.installed, [0, 1, 65_537, 5_000_001])
  func blobComesBackAsItWasPut(kind: S3Engine.Kind, size: Int) async throws {
    let client = try await Self.client(kind)
    let bytes = sample(size)
    try await TestLoop.run { () async throws in
      for (name, md5) in [("blobs/aa/known", MD5Digest.of(bytes)), ("blobs/aa/unknown", nil)] {
        let blob = EngineBlob("\(name)-\(size)", length: UInt64(size), md5: md5, metadata: #"{"key":"a_b","n":1}"#)
        try await client.put(blob, from: TestClient.content(bytes))
        let status = try await client.head(blob.name)
        #expect(status.length == UInt64(size) && status.metadata == blob.metadata)
        #expect(try await client.read(blob.name, 0..<UInt64(size), length: UInt64(size)).all() == bytes)
        for range in [0..<1, 65_535..<65_537, 4_194_303..<4_194_305, size - 1..<size] {
          guard range.lowerBound >= 0, range.upperBound <= size else { continue }
          let reader = client.read(blob.name, UInt64(range.lowerBound)..<UInt64(range.upperBound))
          #expect(try await reader.all() == Array(bytes[range]))
        }
        try await client.remove(blob.name)
        try await client.remove(blob.name)
        await #expect(throws: EngineError.missing) { try await client.head(blob.name) }
        if size > 0 {
          await #expect(throws: EngineError.missing) { try await client.read(blob.name, 0..<1).all() }
        }
      }
    }
  }

  /// SeaweedFS compares a CRC-32; rclone does not.
  @Test(arguments: S3Engine.Kind.installed) func whetherItComparesAChecksumIsFoundOut(kind: S3Engine.Kind) async throws
  {
    let client = try await Self.client(kind)
    let bytes = sample(300_000)
    let blob = EngineBlob("blobs/cc/compared", length: 300_000, crc32: CRC32.checksum(of: bytes))
    try await TestLoop.run { () async throws in
      for _ in 0..<40 where !client.findsMD5 {
        #expect(try await client.put(blob, from: TestClient.content(bytes)) == MD5Digest.of(bytes))
        await EventLoop.current.sleep(nanoseconds: 25_000_000)
      }
      #expect(client.findsMD5 == (kind == .seaweedfs))
      #expect(try await client.put(blob, from: TestClient.content(bytes)) == MD5Digest.of(bytes))
      #expect(try await client.read(blob.name, 0..<300_000).all() == bytes)
      guard client.findsMD5 else { return }
      await #expect(throws: EngineError.self) { try await client.put(blob, from: TestClient.content(bytes.reversed())) }
      #expect(try await client.list("probe/").entries.isEmpty)
    }
  }

  @Test(arguments: S3Engine.Kind.installed) func wrongMD5IsRefusedAndKeepsNothing(kind: S3Engine.Kind) async throws {
    let client = try await Self.client(kind)
    try await TestLoop.run { () async throws in
      let blob = EngineBlob("blobs/wrong", length: 3, md5: MD5Digest.of([1, 2, 4]))
      do {
        try await client.put(blob, from: TestClient.content([1, 2, 3]))
        Issue.record("taken")
      } catch EngineError.refused(let refusal) {
        #expect(refusal.status == 400 && refusal.code == "BadDigest")
      }
    }
  }

  @Test(arguments: S3Engine.Kind.installed) func putThatIsGivenUpKeepsNothing(kind: S3Engine.Kind) async throws {
    let client = try await Self.client(kind)
    let bytes = sample(5_000_000)
    try await TestLoop.run { () async throws in
      await #expect(throws: EngineError.contentFailed) {
        try await client.put(EngineBlob("blobs/cut", length: 5_000_000)) { (offset, limit) async throws(EngineError) in
          guard offset < 4_999_999 else { throw .contentFailed }
          return [bytes[Int(offset)..<min(4_999_999, Int(offset) + limit)]]
        }
      }
      // The engine needs a moment to see that the connection is gone.
      await EventLoop.current.sleep(nanoseconds: 500_000_000)
      await #expect(throws: EngineError.missing) { try await client.head("blobs/cut") }
    }
  }

  @Test(arguments: S3Engine.Kind.installed) func listHasEveryNameOnce(kind: S3Engine.Kind) async throws {
    let client = try await Self.client(kind)
    try await TestLoop.run { () async throws in
      let names = (0..<25).map { "list/\($0 % 5)/\($0)" } + ["list/1-b", "list/\u{444} +&%"]
      for name in names {
        try await client.put(EngineBlob(name, length: 2, md5: MD5Digest.of([1, 2])), from: TestClient.content([1, 2]))
      }
      var found: [EngineListEntry] = []
      var token: String?
      repeat {
        let page = try await client.list("list/", after: token, limit: 10)
        #expect(page.entries.count <= 10)
        found += page.entries
        token = page.next
      } while token != nil
      #expect(found.map(\.name).sorted() == names.sorted())
      #expect(found.allSatisfy { $0.length == 2 && $0.entityTag == Hexadecimal.encode(MD5Digest.of([1, 2])) })
      #expect(found.allSatisfy { abs($0.modified - Clock.now().seconds) < 600 })
      for name in names { try await client.remove(name) }
      #expect(try await client.list("list/").entries == [])
    }
  }

  @Test(arguments: S3Engine.Kind.installed) func engineThatIsFitHasNoFindings(kind: S3Engine.Kind) async throws {
    let client = try await Self.client(kind)
    let findings = try await TestLoop.run { await client.probe() }
    #expect(findings == [])
  }

  @Test(arguments: S3Engine.Kind.installed) func wrongSecretIsNamed(kind: S3Engine.Kind) async throws {
    let address = try Self.engine(kind).address
    let findings = try await TestLoop.run { try await Self.client(address, secret: "other").probe() }
    #expect(findings.map(\.subject) == [.credentials])
    #expect(findings.first?.remedy.contains("VITRINE_ENGINE_SECRET_KEY") == true)
  }

  @Test(arguments: S3Engine.Kind.installed) func engineThatIsOpenToStrangersIsNamed(kind: S3Engine.Kind) async throws {
    let open = try S3Engine(kind, isOpen: true)
    let findings = try await TestLoop.run { try await Self.client(open.address).probe() }
    #expect(findings.map(\.subject) == [.privacy])
  }

  @Test(arguments: S3Engine.Kind.installed)
  func engineThatHangsAndDiesIsLeftAloneAndFoundAgain(kind: S3Engine.Kind) async throws {
    let engine = try S3Engine(kind)
    let bytes = sample(6 << 20)
    let blob = EngineBlob("blobs/large", length: UInt64(bytes.count), md5: MD5Digest.of(bytes))
    var limits = EngineLimits()
    limits.get.receiving = 1_000
    limits.get.answer = 1_000
    let client = try await TestLoop.run { [limits] in try Self.client(engine.address, limits: limits) }
    try await TestLoop.run { () async throws in
      try await client.put(blob, from: TestClient.content(bytes))
      // A stall in the middle: the same reader goes on once the engine does.
      let reader = client.read(blob.name, 0..<blob.length, length: blob.length)
      var got = try await reader.next() ?? []
      try engine.freeze()
      EventLoop.current.start {
        await EventLoop.current.sleep(nanoseconds: 1_500_000_000)
        try? engine.thaw()
      }
      got += try await reader.all()
      #expect(got == bytes)
    }
    try engine.crash()
    try await TestLoop.run { () async throws in
      while !client.state.isAway {
        await #expect(throws: EngineError.self) { try await client.head(blob.name) }
      }
      await #expect(throws: EngineError.away) { try await client.head(blob.name) }
    }
    try engine.start()
    try await TestLoop.run { () async throws in
      #expect(await TestLoop.until { !client.state.isAway })
    }
    // An engine that has just begun may need a moment for its own parts to find each other.
    var size: UInt64?
    for _ in 0..<20 where size == nil {
      size = try? await TestLoop.run { try await client.head(blob.name).length }
      if size == nil { Clock.sleep(nanoseconds: 500_000_000) }
    }
    #expect(size == blob.length)
  }
}
