import EventLoop
import FastCGIFixture
import Foundation
import LoopFixture
import Testing

/// Whatever comes over a connection of a web server, the services answer it or close the connection, and go on.
///
/// VITRINE_RANDOM_REQUESTS says how many requests are sent, VITRINE_TEST_SEED which.
@Suite struct RandomRequestTests {
  private static let count = number("VITRINE_RANDOM_REQUESTS") ?? 1_500
  private static let seed = number("VITRINE_TEST_SEED") ?? UInt64.random(in: 0..<1_000_000)

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test func requestsOfAnyKindAreAnsweredAndTheNextOneWorks() async throws {
    try await withService { service in
      var random = RandomRequests(seed: Self.seed)
      try await Self.prepare(service, &random)
      let before = try Self.descriptors()
      var (sent, succeeded) = (0, 0)
      for number in 0..<Self.count {
        let request = random.request()
        let (bytes, isWhole) = random.bytes(of: request)
        let description: Comment = "seed \(Self.seed), request \(number): \(request)"
        if isWhole {
          let answer = try? await service.send(request)
          let status = try #require(answer?.status, description)
          sent += 1
          succeeded += status < 300 ? 1 : 0
          #expect((200..<600).contains(status) && status != 500, description)
        } else {
          try await Self.sendDamaged(bytes, service)
        }
        if number % 100 == 99 { try await Self.checkThatAllIsWell(service, &random, description) }
      }
      // They get far enough to do something.
      #expect(succeeded * 20 > sent && sent * 2 > Self.count, "\(succeeded) of \(sent) succeeded")
      await TestLoop.settle()
      #expect(try Self.descriptors() < before + 30)
    }
  }

  @EventLoopActor private static func prepare(_ service: Service, _ random: inout RandomRequests) async throws {
    try await service.put("/shelf")
    try await service.put("/shelf/a/k", body: Array("content".utf8))
    try service.data.write([1, 2, 3], to: "photos/trip/a.jpg")
    try service.data.write([4], to: "photos/trip/b/c.jpg")
    try await refresh(service, &random)
  }

  /// Things to ask for; what was there may be gone.
  @EventLoopActor private static func refresh(_ service: Service, _ random: inout RandomRequests) async throws {
    let answer = try await service.visit(
      "PUT", "/api/upload/cat.png", body: TestPictures.png(numbered: UInt32.random(in: 0...UInt32.max, using: &random)))
    random.picture = try #require(answer["name"]?.stringValue)
    random.token = try #require(answer["delete_token"]?.stringValue)
    try await service.put("/shelf")
    _ = try await service.post("/shelf/p?uploads")
    random.upload = try await service.get("/shelf?uploads").elements("UploadId").first ?? ""
  }

  /// Sends bytes that are no request, or half of one, and leaves before or after something came back.
  @EventLoopActor private static func sendDamaged(_ bytes: [UInt8], _ service: Service) async throws {
    let peer = try service.connect()
    defer { peer.close() }
    // It may be closed at any byte.
    try? await peer.send(bytes)
    try? peer.stopSending()
    for _ in 0..<3 {
      await EventLoop.current.sleep(nanoseconds: 100_000)
      guard (try? peer.receive()) != nil else { return }
    }
  }

  @EventLoopActor private static func checkThatAllIsWell(
    _ service: Service, _ random: inout RandomRequests, _ description: Comment
  ) async throws {
    try await refresh(service, &random)
    let content = Array("content \(random.next())".utf8)
    try #require(try await service.put("/shelf/check", body: content).status == 200, description)
    #expect(try await service.get("/shelf/check").body == content, description)
    #expect(try await service.visit("GET", "/api/images/\(random.picture)").status == 200, description)
    #expect(try await service.visit("GET", "/archive/trip/").status == 200, description)
    #expect(try await service.visit("GET", "/healthz").status == 200, description)
  }

  private static func descriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}
