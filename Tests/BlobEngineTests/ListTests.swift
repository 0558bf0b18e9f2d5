import BlobEngine
import EventLoop
import LoopFixture
import Testing

@Suite struct ListTests {
  private static func page(_ keys: [String], next: String? = nil) -> EngineDouble.Step {
    let entries = keys.map {
      "<Contents><Key>\($0)</Key><Size>\($0.count)</Size><ETag>\"t\"</ETag>"
        + "<LastModified>1970-01-01T00:01:00Z</LastModified></Contents>"
    }
    let tail = next.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" }
    let text = "<ListBucketResult><EncodingType>url</EncodingType>\(entries.joined())\(tail ?? "")</ListBucketResult>"
    return .answer(200, [:], Array(text.utf8))
  }

  @Test func pagesAreReadAndSorted() async throws {
    let double = try EngineDouble { request in
      guard TestKey.accepts(request) else { return [.answer(403)] }
      return request.target.contains("continuation-token=a%2Bb%3D")
        ? [Self.page(["pre/fix/blobs/z"])]
        : [Self.page(["pre/fix/blobs/a/c", "pre/fix/blobs/a-b", "pre/fix/blobs/A+%D1%84"], next: "a+b=")]
    }
    try await TestLoop.run { () async throws in
      let client = try TestClient.make(double)
      let first = try await client.list("blobs/")
      // SeaweedFS has `a/c` before `a-b`.
      #expect(first.entries.map(\.name) == ["blobs/A \u{444}", "blobs/a-b", "blobs/a/c"])
      #expect(first.entries.last?.modified == 60 && first.entries.last?.entityTag == "t")
      let second = try await client.list("blobs/", after: first.next)
      #expect(second.entries.map(\.name) == ["blobs/z"] && second.next == nil)
    }
    #expect(double.requests.first?.target.contains("prefix=pre%2Ffix%2Fblobs%2F") == true)
  }

  @Test func whatIsNoListIsNone() async throws {
    let wrong: [EngineDouble.Step] = [
      .answer(200, [:], Array("<html>".utf8)), .answer(200), Self.page(["other/a"]), Self.page([], next: "same"),
    ]
    for step in wrong {
      let double = try EngineDouble { _ in [step] }
      try await TestLoop.run { () async throws in
        let client = try TestClient.make(double)
        do {
          _ = try await client.list("", after: "same")
          Issue.record("taken: \(step)")
        } catch EngineError.malformed {}
      }
    }
  }

  @Test func answerWithoutEndIsNotGathered() async throws {
    let endless = [UInt8](repeating: 0x20, count: 1 << 20)
    let double = try EngineDouble { _ in
      [.head(200, ["Content-Length": "1000000000000"])] + Array(repeating: .sends(endless), count: 40)
    }
    var limits = TestClient.limits
    limits.attempts = 1
    try await TestLoop.run { [limits] () async throws in
      let client = try TestClient.make(double, limits: limits)
      await #expect(throws: EngineError.self) { try await client.list("") }
      #expect(client.state.connections == 0)
    }
  }
}
