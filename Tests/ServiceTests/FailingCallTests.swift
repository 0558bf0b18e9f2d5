import EffectTrace
import EventLoop
import Glibc
import LoopFixture
import Testing

/// A call that fails, because memory, descriptors or a quota are used up, says nothing about what is there: it is answered
/// as a failure, never as something that is missing, empty, unknown or free to be taken.
@Suite struct FailingCallTests {
  /// A request, and what has to be there before.
  struct Request: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var prepare: @EventLoopActor @Sendable (Service) async throws -> Void = prepareShelf
    /// What may be answered, besides what says that something failed.
    var alsoSafe: String?
    /// Who sends it, if somebody who is signed in.
    var isAtConsole = false
    let send: @EventLoopActor @Sendable (Context) async throws -> Answer
  }

  /// What a request is sent with.
  struct Context: Sendable {
    let service: Service
    /// An upload of `/shelf/p` that is under way.
    let upload: String
    /// Somebody at the console.
    let visitor: ConsoleVisitor
  }

  private static let ada = Account(name: "ada", secret: "secret-of-ada-0123456789")
  private static let policy = #"""
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",\#
    "Resource":"arn:aws:s3:::shelf/*"}]}
    """#

  /// More than fits into an attribute.
  private static let long = String(repeating: "m", count: 1_900)
  private static let longTag = (0..<10).map { "key\($0)=\(String(repeating: "v", count: 250))" }.joined(separator: "&")

  @EventLoopActor @Sendable private static func prepareShelf(_ service: Service) async throws {
    try await service.put("/shelf")
    let fields = ["x-amz-meta-a": "1", "x-amz-tagging": longTag, "x-amz-meta-long": long]
    try await service.put("/shelf/a/k", body: Array("content".utf8), fields: fields)
    try await service.put(
      "/shelf/b", body: [2], fields: ["x-amz-tagging": "kind=\(String(repeating: "v", count: 250))"])
  }

  @EventLoopActor @Sendable private static func prepareUpload(_ service: Service) async throws {
    try await service.put("/shelf")
    _ = try await service.post("/shelf/p?uploads")
    let upload = try await service.get("/shelf?uploads").elements("UploadId").first ?? ""
    try await service.put("/shelf/p?partNumber=1&uploadId=\(upload)", body: [1])
  }

  @EventLoopActor @Sendable private static func prepareKeys(_ service: Service) async throws {
    try await service.addKey(ada)
    try await service.put("/ada-shelf", as: ada)
    try await service.put("/ada-shelf/k", body: [1], as: ada)
    // As if another worker had changed it: it is read once more.
    let name = ".vitrine/keys.json"
    if let keys = service.data.file(name) { try service.data.write(keys, to: name) }
  }

  @EventLoopActor @Sendable private static func preparePictures(_ service: Service) async throws {
    try await service.put("/images/a.png", body: TestPictures.png())
    let digest = String(repeating: "ab", count: 32)
    _ = try await service.signIn().call("POST", "blocked", ["sha256": .string(digest)])
  }

  @EventLoopActor private static func preparePhotos(_ service: Service) async throws {
    try service.data.write([1], to: "photos/trip/a.jpg")
    try service.data.write([2], to: "photos/trip/b/c.jpg")
  }

  /// Requests that look.
  static let looks: [Request] = [
    Request(testDescription: "get") { try await $0.service.get("/shelf/a/k") },
    Request(testDescription: "head") { try await $0.service.store("HEAD", "/shelf/a/k") },
    Request(testDescription: "list") { try await $0.service.get("/shelf?list-type=2") },
    Request(testDescription: "tags") { try await $0.service.get("/shelf/a/k?tagging") },
    Request(testDescription: "buckets") { try await $0.service.get("/") },
    Request(testDescription: "head of a bucket") { try await $0.service.store("HEAD", "/shelf") },
    Request(testDescription: "uploads", prepare: prepareUpload) { try await $0.service.get("/shelf?uploads") },
    Request(testDescription: "parts", prepare: prepareUpload) {
      try await $0.service.get("/shelf/p?uploadId=\($0.upload)")
    },
    Request(testDescription: "get by a policy") { service in
      try await service.put("/shelf")
      try await service.put("/shelf/b", body: [2])
      try await service.put("/shelf?policy", body: Array(policy.utf8))
    } send: {
      try await $0.service.get("/shelf/b", as: nil)
    },
    // An account whose policy cannot be read may do nothing.
    Request(testDescription: "get by an account", prepare: prepareKeys, alsoSafe: "AccessDenied") {
      try await $0.service.get("/ada-shelf/k", as: ada)
    },
    Request(testDescription: "sign-in of an account", prepare: prepareKeys) {
      try await $0.visitor.call(
        "POST", "session", ["access_key": .string(ada.name), "secret_key": .string(ada.secret)])
    },
    // In doubt a session has ended.
    Request(testDescription: "keys", prepare: prepareKeys, alsoSafe: "sign-in-required", isAtConsole: true) {
      try await $0.visitor.call("GET", "keys")
    },
    Request(testDescription: "put that must be the first") {
      try await $0.service.put("/shelf/b", body: [3], fields: ["if-none-match": "*"])
    },
    Request(testDescription: "put over a tag that is another") {
      try await $0.service.put("/shelf/b", body: [3], fields: ["if-match": "\"other\""])
    },
    Request(testDescription: "deletion of a bucket with objects") { try await $0.service.delete("/shelf") },
    Request(testDescription: "picture of the bucket", prepare: preparePictures) {
      try await $0.service.get("/images/a.png")
    },
    Request(testDescription: "metadata of a picture", prepare: preparePictures) {
      try await $0.service.visit("GET", "/api/images/a.png")
    },
    Request(testDescription: "pictures", prepare: preparePictures) { try await $0.service.visit("GET", "/api/images") },
    Request(
      testDescription: "blocked pictures", prepare: preparePictures, alsoSafe: "sign-in-required", isAtConsole: true
    ) {
      try await $0.visitor.call("GET", "blocked")
    },
    Request(testDescription: "archive", prepare: preparePhotos) { try await $0.service.visit("GET", "/archive/trip/") },
    Request(testDescription: "archive of a bucket") { try await $0.service.get("/shelf/?archive=zip") },
    Request(testDescription: "object of a photo folder", prepare: preparePhotos) {
      try await $0.service.get("/photos/trip/b/c.jpg")
    },
  ]

  /// Requests that change something.
  static let changes: [Request] = [
    Request(testDescription: "put") { try await $0.service.put("/shelf/new/k", body: [1]) },
    Request(testDescription: "put with metadata beyond an attribute") {
      try await $0.service.put("/shelf/k", body: [1], fields: ["x-amz-meta-long": long, "x-amz-tagging": longTag])
    },
    Request(testDescription: "copy") {
      try await $0.service.put("/shelf/copy", fields: ["x-amz-copy-source": "/shelf/a/k"])
    },
    Request(testDescription: "beginning of an upload") { try await $0.service.post("/shelf/u?uploads") },
    Request(testDescription: "part", prepare: prepareUpload) {
      try await $0.service.put("/shelf/p?partNumber=2&uploadId=\($0.upload)", body: [1])
    },
    Request(testDescription: "tags") {
      let body = Array("<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>".utf8)
      return try await $0.service.put("/shelf/b?tagging", body: body)
    },
    Request(testDescription: "new bucket") { try await $0.service.put("/attic") },
    Request(testDescription: "policy") { try await $0.service.put("/shelf?policy", body: Array(policy.utf8)) },
    Request(testDescription: "picture", prepare: preparePictures) {
      try await $0.service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())
    },
    Request(testDescription: "picture put as an object", prepare: preparePictures) {
      try await $0.service.put("/images/b.png", body: TestPictures.png())
    },
    Request(testDescription: "access key", prepare: preparePictures, isAtConsole: true) {
      try await $0.visitor.call("POST", "keys", ["name": "bob"])
    },
  ]

  /// Sends a request to services of its own, one call of which fails.
  @EventLoopActor
  private static func answer(
    _ request: Request, _ kind: effect_failure, _ index: Int, _ error: Int32
  ) async throws -> (answer: Answer?, calls: Int) {
    let service = try Service([:])
    do {
      try await request.prepare(service)
      let uploads = try await service.get("/shelf?uploads&prefix=p").elements("UploadId")
      let visitor = request.isAtConsole ? try await service.signIn() : ConsoleVisitor(service: service)
      let context = Context(service: service, upload: uploads.first ?? "", visitor: visitor)
      effect_trace_fail(service.data.path, kind, Int32(index), error)
      let answer = try? await request.send(context)
      effect_trace_stop()
      let calls = Int(effect_trace_failable())
      await service.stop()
      return (answer, calls)
    } catch {
      effect_trace_stop()
      await service.stop()
      throw error
    }
  }

  @Test(arguments: looks) func lookThatFailsIsNotTakenForNothing(request: Request) async throws {
    try await TestLoop.run { @EventLoopActor in
      let (undisturbed, calls) = try await Self.answer(request, EFFECT_FAIL_LOOKS, -1, ENOMEM)
      for index in 0..<calls {
        let answer = try await Self.answer(request, EFFECT_FAIL_LOOKS, index, ENOMEM).answer
        // The times in a body are others each time.
        let isSame = answer?.status == undisturbed?.status && answer?.body.count == undisturbed?.body.count
        // One that is cut, or none at all, says that it failed.
        let isReported = answer.map { $0.isCut || $0.status >= 500 || $0.code == request.alsoSafe } ?? true
        #expect(
          isSame || isReported, "look \(index) of \(calls): \(answer?.status ?? 0) \(answer?.text.prefix(300) ?? "")")
      }
    }
  }

  @Test(arguments: changes) func changeForWhichThereIsNoRoomIsToldSo(request: Request) async throws {
    try await TestLoop.run { @EventLoopActor in
      let (undisturbed, calls) = try await Self.answer(request, EFFECT_FAIL_CHANGES, -1, EDQUOT)
      #expect(calls > 0)
      for index in 0..<calls {
        let answer = try await Self.answer(request, EFFECT_FAIL_CHANGES, index, EDQUOT).answer
        let isDone = answer?.status == undisturbed?.status
        #expect(
          isDone || answer?.status == 507 || answer?.status == 503 || answer == nil,
          "change \(index) of \(calls): \(answer?.status ?? 0) \(answer?.text.prefix(300) ?? "")")
      }
    }
  }
}
