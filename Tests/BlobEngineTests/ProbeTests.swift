import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import Testing

@testable import BlobEngine

@Suite struct ProbeTests {
  private static func findings(_ script: @escaping EngineDouble.Script) async throws -> [EngineFinding] {
    let double = try EngineDouble(script)
    return try await TestLoop.run { try await TestClient.make(double).probe() }
  }

  /// An engine that does right but for a change of the answers to some requests, and with lists.
  private static func almost(
    _ engine: MemoryEngine, _ change: @escaping @Sendable (EngineDouble.Request) -> [EngineDouble.Step]?
  ) -> EngineDouble.Script {
    { request in
      if let changed = change(request) { return changed }
      guard request.target.hasPrefix("/bucket?") else { return engine.answer(request) }
      let entries = engine.names.map {
        "<Contents><Key>\($0.dropFirst("/bucket/".count))</Key><Size>1</Size></Contents>"
      }
      return [.answer(200, [:], Array("<ListBucketResult>\(entries.joined())</ListBucketResult>".utf8))]
    }
  }

  @Test func engineThatDoesRightHasNoFindingsAndKeepsNothing() async throws {
    let engine = MemoryEngine()
    #expect(try await Self.findings(Self.almost(engine) { _ in nil }) == [])
    #expect(engine.names == [])
  }

  @Test func blobThatStrangersSeeIsNamed() async throws {
    let engine = MemoryEngine()
    let findings = try await Self.findings(
      Self.almost(engine) { request in
        guard request.method == "GET", !request.fields.contains("Authorization") else { return nil }
        return engine[request.target].map { [.answer(200, [:], $0)] }
      })
    #expect(findings.map(\.subject) == [.privacy] && findings.first?.isFatal == true)
    // What strangers see is removed all the same.
    #expect(engine.names == [])
  }

  @Test func rangeThatIsAnsweredWithTheWholeIsNamed() async throws {
    let engine = MemoryEngine()
    let findings = try await Self.findings(
      Self.almost(engine) { request in
        guard request.method == "GET", request.fields.contains("Authorization") else { return nil }
        return engine[request.target].map { [.answer(200, [:], $0)] }
      })
    #expect(findings.map(\.subject) == [.roundTrip] && findings.first?.fault.contains("200 to a range") == true)
  }

  @Test func bytesThatAreOthersAreNamed() async throws {
    let engine = MemoryEngine()
    let findings = try await Self.findings(
      Self.almost(engine) { request in
        guard request.method == "GET", request.range != nil, let bytes = engine[request.target] else { return nil }
        return [request.partial([UInt8](repeating: 0, count: bytes.count))]
      })
    #expect(findings.map(\.subject) == [.roundTrip] && findings.first?.fault.contains("not those") == true)
  }

  @Test func metadataThatIsLostIsNamed() async throws {
    let engine = MemoryEngine()
    let findings = try await Self.findings(
      Self.almost(engine) { request in
        guard request.method == "HEAD", let bytes = engine[request.target] else { return nil }
        return [.head(200, ["Content-Length": "\(bytes.count)"])]
      })
    #expect(findings.map(\.subject) == [.roundTrip] && findings.first?.fault.contains("x-amz-meta-vitrine") == true)
  }

  @Test func refusalsAreNamedForWhatTheyAre() async throws {
    #expect(try await Self.findings { _ in [.answer(403)] }.map(\.subject) == [.credentials])
    #expect(try await Self.findings { _ in [.answer(301, ["Location": "http://x/"])] }.map(\.subject) == [.reachable])
    #expect(try await Self.findings { _ in [.answer(500)] }.map(\.subject) == [.roundTrip])
    #expect(try await Self.findings { _ in [.closes] }.map(\.subject) == [.reachable])
    let full = Array("<Error><Code>XMinioStorageFull</Code></Error>".utf8)
    let findings = try await Self.findings { $0.method == "PUT" ? [.answer(507, [:], full)] : [.answer(404)] }
    #expect(findings.map(\.subject) == [.roundTrip] && findings.first?.fault.contains("507") == true)
  }

  @Test func clockThatIsOffIsNamed() async throws {
    let date = HTTPDate.format(Clock.now().seconds - 3_600)
    let findings = try await Self.findings { request in
      request.number == 0 ? [.head(404, ["Date": date, "Content-Length": "0"])] : [.answer(403)]
    }
    #expect(findings.map(\.subject) == [.clock] && findings.first?.fault.contains("behind") == true)
    #expect(EngineClient.clock(60) == nil && EngineClient.clock(-60) == nil)
    #expect(EngineClient.clock(61)?.isFatal == false && EngineClient.clock(-900)?.isFatal == true)
  }

  @Test func certificateThatEndsSoonIsAWarning() {
    #expect(EngineClient.certificate(14) == nil)
    #expect(EngineClient.certificate(13)?.isFatal == false && EngineClient.certificate(-1)?.subject == .certificate)
  }
}
