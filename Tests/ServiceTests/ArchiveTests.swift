import ArchiveFixture
import EventLoop
import FastCGIFixture
import Testing

@Suite struct ArchiveTests {
  private static let files: [(name: String, content: [UInt8])] = [
    ("a.jpg", Array("first picture".utf8)), ("b/deep.jpg", [UInt8](repeating: 5, count: 200_000)),
    ("c.jpg", Array("last picture".utf8)),
  ]

  @EventLoopActor private static func fill(_ service: Service) throws {
    for file in files { try service.data.write(file.content, to: "photos/trip/\(file.name)") }
  }

  @Test func photoFolderIsAnArchiveOfKnownLength() async throws {
    try await withService { service async throws in
      try Self.fill(service)
      let answer = try await service.visit("GET", "/archive/trip/")
      #expect(answer.status == 200 && !answer.isCut && answer.fields["content-length"] == "\(answer.body.count)")
      #expect(answer.fields["content-disposition"]?.contains("trip.zip") == true)
      let members = try readArchive(answer.body)
      #expect(members.map(\.name) == Self.files.map(\.name) && members.map(\.content) == Self.files.map(\.content))
      #expect(members.allSatisfy { $0.method == 0 })
    }
  }

  @Test func archiveIsTheSameEachTimeAndWithoutTheSlash() async throws {
    try await withService { service async throws in
      try Self.fill(service)
      let first = try await service.visit("GET", "/archive/trip/")
      let second = try await service.visit("GET", "/archive/trip")
      #expect(first.body == second.body && first.fields["etag"] == second.fields["etag"])
    }
  }

  @Test func headTellsLengthAndTagWithoutABody() async throws {
    try await withService { service async throws in
      try Self.fill(service)
      let head = try await service.visit("HEAD", "/archive/trip/")
      let whole = try await service.visit("GET", "/archive/trip/")
      #expect(head.status == 200 && head.body.isEmpty && head.fields["etag"] == whole.fields["etag"])
      #expect(head.fields["content-length"] == "\(whole.body.count)")
    }
  }

  @Test(arguments: [0.0, 0.001, 0.3, 0.5, 0.999]) func restFromAnyPlaceIsThatSlice(fraction: Double) async throws {
    try await withService { service async throws in
      try Self.fill(service)
      let whole = try await service.visit("GET", "/archive/trip/")
      let start = Int(Double(whole.body.count) * fraction)
      let fields = ["range": "bytes=\(start)-", "if-range": try #require(whole.fields["etag"])]
      let rest = try await service.visit("GET", "/archive/trip/", fields: fields)
      #expect(rest.status == 206 && rest.body == Array(whole.body[start...]))
      #expect(rest.fields["content-range"] == "bytes \(start)-\(whole.body.count - 1)/\(whole.body.count)")
    }
  }

  @Test func conditionsAreAnsweredByTheTag() async throws {
    try await withService { service async throws in
      try Self.fill(service)
      let tag = try #require(try await service.visit("HEAD", "/archive/trip/").fields["etag"])
      #expect(try await service.visit("GET", "/archive/trip/", fields: ["if-none-match": tag]).status == 304)
      #expect(try await service.visit("GET", "/archive/trip/", fields: ["if-match": "\"other\""]).status == 412)
      #expect(try await service.visit("GET", "/archive/trip/", fields: ["range": "bytes=99999999-"]).status == 416)
    }
  }

  @Test func restOfAChangedArchiveIsNotTheRestOfTheOldOne() async throws {
    try await withService { service async throws in
      try Self.fill(service)
      let whole = try await service.visit("GET", "/archive/trip/")
      let tag = try #require(whole.fields["etag"])
      try service.data.write(Array("another".utf8), to: "photos/trip/a.jpg")
      let resumed = try await service.visit(
        "GET", "/archive/trip/", fields: ["range": "bytes=100-", "if-range": tag])
      #expect(resumed.status == 200 && resumed.fields["etag"] != tag)
      #expect(try readArchive(resumed.body).first?.content == Array("another".utf8))
      let matched = try await service.visit("GET", "/archive/trip/", fields: ["range": "bytes=100-", "if-match": tag])
      #expect(matched.status == 412)
    }
  }

  @Test func resumptionWithoutAConditionIsRefusedWhenTheFolderHasChanged() async throws {
    try await withService { service async throws in
      try Self.fill(service)
      // A part of it only, as a download that broke off leaves behind.
      let begun = try await service.visit("GET", "/archive/trip/", fields: ["range": "bytes=0-999"])
      #expect(begun.status == 206)
      try service.data.write(Array("another".utf8), to: "photos/trip/a.jpg")
      let resumed = try await service.visit("GET", "/archive/trip/", fields: ["range": "bytes=1000-"])
      #expect(resumed.status == 412 && resumed.code == "archive-changed")
    }
  }

  @Test func memberThatChangesWhileItIsSentCutsTheArchive() async throws {
    try await withService { service async throws in
      let size = 24 << 20
      try service.data.write([1], to: "photos/trip/a.jpg")
      try service.data.write([UInt8](repeating: 9, count: size), to: "photos/trip/b.jpg")
      let peer = try service.connect()
      defer { peer.close() }
      try await peer.send(WebServerRequest("GET", "/archive/trip/", .web).bytes)
      // The sender waits for a reader that has taken the first member only: the socket's buffers are smaller than the rest.
      while peer.receivedCount < 1_000 {
        try peer.receive()
        await EventLoop.current.sleep(nanoseconds: 100_000)
      }
      try service.data.write([UInt8](repeating: 8, count: size), to: "photos/trip/b.jpg")
      var isCut = false
      do {
        isCut = try Answer(try await peer.response(), isHead: false).isCut
      } catch is WebServerPeer.Closed {
        isCut = true
      }
      #expect(isCut)
      #expect(service.data.logged.contains("trip"))
    }
  }

  /// All of it is in the socket, and the client has taken nothing: what stands there changes with the file.
  @Test func memberThatChangesBeforeTheClientHasItCutsTheArchive() async throws {
    try await withService { service async throws in
      try service.data.write([UInt8](repeating: 9, count: 100_000), to: "photos/trip/a.jpg")
      // Its checksum is known then.
      #expect(try await service.visit("GET", "/archive/trip/").status == 200)
      let peer = try service.connect()
      defer { peer.close() }
      try await peer.send(WebServerRequest("GET", "/archive/trip/", .web).bytes)
      for _ in 0..<300 { await EventLoop.current.sleep(nanoseconds: 1_000_000) }
      try service.data.write([UInt8](repeating: 8, count: 100_000), to: "photos/trip/a.jpg")
      var isCut = false
      do { isCut = try Answer(try await peer.response(), isHead: false).isCut } catch is WebServerPeer.Closed {
        isCut = true
      }
      #expect(isCut)
    }
  }

  @Test func emptyFolderIsAnEmptyArchive() async throws {
    try await withService { service async throws in
      try service.data.write([1], to: "photos/empty/.hidden")
      let answer = try await service.visit("GET", "/archive/empty/")
      #expect(answer.status == 200 && answer.body.count == 22)
      #expect(try readArchive(answer.body).isEmpty)
    }
  }

  @Test(arguments: [
    "/archive/none/", "/archive/", "/archive", "/archive/..%2fphotos/", "/archive/a%20b/", "/archive/.x/",
  ])
  func whatIsNoFolderIsNotFound(target: String) async throws {
    try await withService { service async throws in
      #expect(try await service.visit("GET", target).status == 404)
    }
  }

  @Test func prefixOfABucketIsAnArchive() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for key in ["in/a", "in/b/c", "out"] { try await service.put("/shelf/\(key)", body: Array(key.utf8)) }
      let answer = try await service.get("/shelf/in/?archive=zip")
      #expect(answer.status == 200 && !answer.isCut)
      let members = try readArchive(answer.body)
      #expect(
        members.map(\.name) == ["a", "b/c"] && members.map(\.content) == [Array("in/a".utf8), Array("in/b/c".utf8)])
      let chosen = try await service.get("/shelf/in/?archive=zip&member=b%2F")
      #expect(try readArchive(chosen.body).map(\.name) == ["b/c"])
      #expect(try await service.get("/shelf/none/?archive=zip").code == "NoSuchKey")
      #expect(try await service.get("/shelf/in/?archive=zip", as: nil).code == "AccessDenied")
    }
  }

  @Test func archiveOfABucketLeavesOutWhatMayNotBeRead() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for key in ["a", "secret/b"] { try await service.put("/shelf/\(key)", body: Array(key.utf8)) }
      let policy = """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:ListBucket"],\
        "Resource":["arn:aws:s3:::shelf","arn:aws:s3:::shelf/*"]},{"Effect":"Deny","Principal":"*",\
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::shelf/secret/*"}]}
        """
      #expect(try await service.put("/shelf?policy", body: Array(policy.utf8)).status == 204)
      let answer = try await service.get("/shelf/?archive=zip", as: nil)
      #expect(answer.status == 200)
      #expect(try readArchive(answer.body).map(\.name) == ["a"])
    }
  }

  @Test func chosenPicturesAreAnArchiveUnderTheirOwnNames() async throws {
    try await withService { service async throws in
      var names: [String] = []
      for (number, name) in ["cat.png", "cat.png", "dog.png", "left.png"].enumerated() {
        let body = TestPictures.png(numbered: UInt32(number))
        let answer = try await service.visit("PUT", "/api/upload/\(name)", body: body)
        names.append(try #require(answer["name"]?.stringValue))
      }
      let query = names.dropLast().map { "picture=\($0)" }.joined(separator: "&")
      let answer = try await service.visit("GET", "/images.zip?\(query)")
      let members = try readArchive(answer.body)
      #expect(Set(members.map(\.name)).count == 3 && members.contains { $0.name == "dog.png" })
      #expect(Set(members.map(\.content)) == Set((0..<3).map { TestPictures.png(numbered: $0) }))
      #expect(try await service.visit("GET", "/images.zip").status == 400)
      #expect(try await service.visit("GET", "/images.zip?picture=none.png").status == 404)
    }
  }
}
