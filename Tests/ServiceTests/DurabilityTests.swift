import EffectTrace
import EventLoop
import LoopFixture
import Testing

/// What was answered lasts, whenever the power fails: content is synced before it gets a name, and the folder of the name
/// before the answer. Each single sync, link and rename of an operation is then left out, or done late, to see that these
/// tests notice.
@Suite struct DurabilityTests {
  /// Something that a client does and is told to be done.
  struct Operation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What has to be there before.
    var prepare: @EventLoopActor @Sendable (Service) async throws -> Void = { try await $0.put("/shelf") }
    /// Does it.
    /// - Returns: whether the answer says so.
    let perform: @EventLoopActor @Sendable (Service) async throws -> Bool
    /// Whether it was done.
    let holds: @EventLoopActor @Sendable (Service) async throws -> Bool
  }

  private static let content = Array("what is to last".utf8)

  static let operations: [Operation] = [
    Operation(testDescription: "put") {
      try await $0.put("/shelf/k", body: content).status == 200
    } holds: {
      try await $0.get("/shelf/k").body == content
    },
    Operation(testDescription: "put into new folders") {
      try await $0.put("/shelf/a/b/c/k", body: content).status == 200
    } holds: {
      try await $0.get("/shelf/a/b/c/k").body == content
    },
    Operation(testDescription: "put over an object") {
      try await $0.put("/shelf")
      try await $0.put("/shelf/k", body: [1])
    } perform: {
      try await $0.put("/shelf/k", body: content).status == 200
    } holds: {
      try await $0.get("/shelf/k").body == content
    },
    Operation(testDescription: "put with metadata beyond an attribute") {
      try await $0.put("/shelf/k", body: content, fields: ["x-amz-meta-long": long, "x-amz-tagging": tags]).status
        == 200
    } holds: {
      let object = try await $0.get("/shelf/k")
      return object.body == content && object.fields["x-amz-meta-long"] == long
        && object.fields["x-amz-tagging-count"] == "10"
    },
    Operation(testDescription: "copy") {
      try await $0.put("/shelf")
      try await $0.put("/shelf/k", body: content)
    } perform: {
      try await $0.put("/shelf/new/copy", fields: ["x-amz-copy-source": "/shelf/k"]).status == 200
    } holds: {
      try await $0.get("/shelf/new/copy").body == content
    },
    Operation(testDescription: "tags") {
      try await $0.put("/shelf")
      try await $0.put("/shelf/k", body: content)
    } perform: {
      let body = Array("<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>".utf8)
      return try await $0.put("/shelf/k?tagging", body: body).status == 200
    } holds: {
      try await $0.get("/shelf/k?tagging").elements("Value") == ["1"]
    },
    Operation(testDescription: "deletion") {
      try await $0.put("/shelf")
      try await $0.put("/shelf/k", body: content)
    } perform: {
      try await $0.delete("/shelf/k").status == 204
    } holds: {
      try await $0.get("/shelf/k").status == 404
    },
    Operation(testDescription: "beginning of an upload in parts") {
      try await $0.post("/shelf/k?uploads").status == 200
    } holds: {
      try await $0.get("/shelf?uploads").elements("UploadId").count == 1
    },
    Operation(testDescription: "part") {
      try await $0.put("/shelf")
      _ = try await $0.post("/shelf/k?uploads")
    } perform: {
      let upload = try await $0.upload
      return try await $0.put("/shelf/k?partNumber=1&uploadId=\(upload)", body: content).status == 200
    } holds: {
      try await $0.get("/shelf/k?uploadId=\($0.upload)").elements("PartNumber") == ["1"]
    },
    Operation(testDescription: "completion") {
      try await $0.put("/shelf")
      _ = try await $0.post("/shelf/k?uploads")
      try await $0.put("/shelf/k?partNumber=1&uploadId=\($0.upload)", body: content)
    } perform: {
      let upload = try await $0.upload
      let tag = try #require(try await $0.get("/shelf/k?uploadId=\(upload)").elements("ETag").first)
      let part = "<Part><PartNumber>1</PartNumber><ETag>\(tag)</ETag></Part>"
      let body = "<CompleteMultipartUpload>\(part)</CompleteMultipartUpload>"
      let answer = try await $0.post("/shelf/k?uploadId=\(upload)", body: body)
      return answer.status == 200 && answer.code == nil
    } holds: {
      try await $0.get("/shelf/k").body == content
    },
    Operation(testDescription: "abortion") {
      try await $0.put("/shelf")
      _ = try await $0.post("/shelf/k?uploads")
    } perform: {
      try await $0.delete("/shelf/k?uploadId=\($0.upload)").status == 204
    } holds: {
      try await $0.get("/shelf?uploads").elements("UploadId").isEmpty
    },
    Operation(testDescription: "new bucket") { _ in
    } perform: {
      try await $0.put("/shelf").status == 200
    } holds: {
      try await $0.store("HEAD", "/shelf").status == 200
    },
    Operation(testDescription: "deletion of a bucket") {
      try await $0.delete("/shelf").status == 204
    } holds: {
      try await $0.store("HEAD", "/shelf").status == 404
    },
    Operation(testDescription: "policy of a bucket") {
      try await $0.put("/shelf?policy", body: policy).status == 204
    } holds: {
      try await $0.get("/shelf?policy").body == policy
    },
    Operation(testDescription: "picture") { _ in
    } perform: {
      try await $0.visit("PUT", "/api/upload/a.png", body: TestPictures.png()).status == 201
    } holds: { service in
      let name = service.data.files(in: "images").first ?? ""
      return service.data.file("images/\(name)") == TestPictures.png()
    },
    Operation(testDescription: "picture that expires") { _ in
    } perform: {
      try await $0.visit("PUT", "/api/upload/a.png?expires=1h", body: TestPictures.png()).status == 201
    } holds: { service in
      let name = service.data.files(in: "images").first ?? ""
      return try await service.visit("GET", "/api/images/\(name)").text.contains("expires_at")
    },
    Operation(testDescription: "picture put as an object") { _ in
    } perform: {
      try await $0.put("/images/a.png", body: TestPictures.png()).status == 200
    } holds: {
      $0.data.file("images/a.png") == TestPictures.png()
    },
    Operation(testDescription: "deletion of a picture") {
      try await $0.put("/images/a.png", body: TestPictures.png())
    } perform: {
      try await $0.delete("/images/a.png").status == 204
    } holds: {
      $0.data.file("images/a.png") == nil
    },
    Operation(testDescription: "access key") { _ in
    } perform: {
      try await $0.addKey(ada)
      return true
    } holds: {
      try await $0.get("/", as: ada).status == 200
    },
    Operation(testDescription: "blocked picture") { _ in
    } perform: {
      let digest = String(repeating: "ab", count: 32)
      return try await $0.signIn().call("POST", "blocked", ["sha256": .string(digest)]).status == 201
    } holds: {
      try await $0.signIn().call("GET", "blocked").text.contains("abab")
    },
    Operation(testDescription: "start in a new folder") { _ in
    } perform: { service in
      try await Service(["VITRINE_DATA": service.data.path + "/new"]).stop()
      return true
    } holds: { service in
      service.data.file("new/.vitrine/secret")?.isEmpty == false
    },
  ]

  private static let ada = Account(name: "ada", secret: "secret-of-ada-0123456789")
  private static let long = String(repeating: "metadata", count: 240)
  private static let tags = (0..<10).map { "key\($0)=\(String(repeating: "v", count: 250))" }.joined(separator: "&")
  private static let policy = Array(
    """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",\
    "Resource":"arn:aws:s3:::shelf/*"}]}
    """.utf8)

  /// Names that a power cut may take, with what they stand for: the journals of a process, which only save time; the log; what is swept at the next start.
  @Sendable private static func mayBeLost(_ name: String) -> Bool {
    let isOfAProcess = name.count { $0 == ":" } == 2
    return isOfAProcess || name == "app.log" || name.hasPrefix(".secret.")
  }

  /// Runs an operation, with one of its calls tampered with.
  /// - Returns: what would not last, or has not happened.
  @EventLoopActor
  private static func problems(
    _ operation: Operation, _ tampering: effect_tampering = EFFECT_KEEP, _ index: Int = -1
  ) async throws -> (run: EffectTraceRun, problems: [String]) {
    let service = try Service([:])
    var problems: [String] = []
    do {
      try await operation.prepare(service)
      let run = await EffectTraceRun.record(below: service.data.path, tampering, index) {
        do {
          if try await !operation.perform(service) { problems.append("it was refused") }
        } catch {
          problems.append("\(error)")
        }
      }
      let order = EffectOrder(run.effects)
      problems += order.problems + order.lost(mayBeLost)
      if problems.isEmpty, try await !operation.holds(service) { problems.append("it was not done") }
      await service.stop()
      return (run, problems)
    } catch {
      await service.stop()
      throw error
    }
  }

  @Test(arguments: operations) func whatWasAnsweredOutlivesAPowerCut(operation: Operation) async throws {
    try await TestLoop.run { @EventLoopActor in
      let (run, problems) = try await Self.problems(operation)
      #expect(problems.isEmpty, "\(run.effects.map(\.shown))")
      #expect(!run.tamperable.isEmpty)
    }
  }

  @Test(arguments: operations) func anyCallThatIsLeftOutIsNoticed(operation: Operation) async throws {
    try await TestLoop.run { @EventLoopActor in
      let run = try await Self.problems(operation).run
      let redundant = EffectOrder(run.effects).redundant
      for (index, call) in run.tamperable.enumerated() where !redundant.contains(index) && !Self.mayBeLost(call.newName)
      {
        let problems = try await Self.problems(operation, EFFECT_DROP, index).problems
        #expect(!problems.isEmpty, "call \(index): \(call.shown) of \(run.effects.map(\.shown))")
      }
    }
  }

  @Test(arguments: operations) func anySyncBehindTheNameIsNoticed(operation: Operation) async throws {
    try await TestLoop.run { @EventLoopActor in
      let run = try await Self.problems(operation).run
      for (index, call) in run.tamperable.enumerated() where call.isSync && call.is_folder == 0 {
        let problems = try await Self.problems(operation, EFFECT_POSTPONE, index).problems
        #expect(!problems.isEmpty, "sync \(index) of \(run.effects.map(\.shown))")
      }
    }
  }
}

extension Service {
  /// The identifier of the upload to `/shelf/k`.
  fileprivate var upload: String {
    get async throws { try #require(try await get("/shelf?uploads").elements("UploadId").first) }
  }
}
