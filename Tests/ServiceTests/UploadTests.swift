import Digests
import EventLoop
import HTTPSemantics
import Testing

@Suite struct UploadTests {
  @Test func formUploadStoresThePictureAndAnswersWithItsMetadata() async throws {
    try await withService { service async throws in
      let form = TestForm().with(file: "cat photo.jpg", TestPictures.jpeg())
      let answer = try await service.visit("POST", "/api/upload", body: form.bytes, fields: TestForm.fields)
      #expect(answer.status == 201 && answer.fields["content-type"] == "application/json")
      let name = try #require(answer["name"]?.stringValue)
      #expect(answer["url"]?.stringValue == "http://\(WebServerRequest.host)/images/\(name)")
      #expect(answer["original_name"]?.stringValue == "cat photo.jpg" && answer["type"]?.stringValue == "image/jpeg")
      #expect(answer["width"]?.intValue == 5 && answer["height"]?.intValue == 3)
      #expect(service.data.file("images/\(name)") == TestPictures.jpeg())
      #expect(answer["sha256"]?.stringValue == Hexadecimal.encode(SHA256.digest(of: TestPictures.jpeg())))
      #expect(service.data.activity == ["Success: image cat photo.jpg uploaded."])
    }
  }

  @Test(arguments: [
    ("POST", "/api/upload?name=a.gif"), ("PUT", "/api/upload/a.gif"), ("POST", "/api/upload/?name=a.gif"),
  ])
  func rawBodyIsStoredLikeAForm(method: String, target: String) async throws {
    try await withService { service async throws in
      let answer = try await service.visit(method, target, body: TestPictures.gif)
      #expect(answer.status == 201 && answer["type"]?.stringValue == "image/gif")
      #expect(answer["original_name"]?.stringValue == "a.gif")
      #expect(service.data.files(in: "images") == [try #require(answer["name"]?.stringValue)])
    }
  }

  @Test func pageUploadAnswersAPageWithTheLink() async throws {
    try await withService { service async throws in
      let form = TestForm().with(file: "a.png", TestPictures.png())
      let answer = try await service.visit("POST", "/upload", body: form.bytes, fields: TestForm.fields)
      let name = try #require(service.data.files(in: "images").first)
      #expect(answer.fields["content-type"]?.hasPrefix("text/html") == true)
      #expect(answer.text.contains("/images/\(name)") || answer.text.contains("/i/\(name)"))
    }
  }

  @Test(arguments: [
    ("notes.txt", Array("no picture".utf8), 415, "unsupported-format"),
    ("cat.jpg", Array("no picture".utf8), 415, "unsupported-format"),
    ("shell.php", TestPictures.gif, 415, "unsupported-format"),
    ("picture.svg", Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8), 415, "unsupported-format"),
    ("cut.jpg", Array(TestPictures.jpeg().dropLast(2)), 422, "invalid-image"),
    ("cut.png", Array(TestPictures.png().dropLast(12)), 422, "invalid-image"),
    ("vast.png", TestPictures.png(100_000, 100_000), 422, "invalid-image"),
  ])
  func whatIsNoPictureIsRefusedAndLeavesNothing(name: String, content: [UInt8], status: Int, code: String) async throws
  {
    try await withService { service async throws in
      let form = TestForm().with(file: name, content)
      let answer = try await service.visit("POST", "/api/upload", body: form.bytes, fields: TestForm.fields)
      #expect(answer.status == status && answer.code == code)
      #expect(answer.fields["content-type"] == "application/problem+json")
      #expect(service.data.files(in: "images").isEmpty)
    }
  }

  @Test func formsHaveBounds() async throws {
    try await withService { service async throws in
      @EventLoopActor func send(files: Int, field: Int) async throws -> Answer {
        var form = TestForm().with("token", String(repeating: "t", count: field))
        for number in 0..<files { form = form.with(file: "\(number).gif", TestPictures.gif) }
        return try await service.visit("POST", "/api/upload", body: form.bytes, fields: TestForm.fields)
      }
      #expect(try await send(files: 20, field: 4_096).status == 201)
      #expect(service.data.files(in: "images").count == 20)
      for (files, field) in [(21, 1), (1, 4_097)] {
        let answer = try await send(files: files, field: field)
        #expect(answer.status == 400 && answer.code == "malformed-request")
      }
      #expect(service.data.files(in: "images").count == 20)
    }
  }

  @Test func whatMayStandOnceIsRefusedWhereItStandsTwice() async throws {
    try await withService { service async throws in
      let form = TestForm().with(file: "a.gif", TestPictures.gif).with("visibility", "unlisted")
      let twice = form.with("visibility", "public")
      for (target, body) in [("/api/upload", twice.bytes), ("/api/upload?visibility=public", form.bytes)] {
        let answer = try await service.visit("POST", target, body: body, fields: TestForm.fields)
        #expect(answer.status == 400 && answer.code == "malformed-request")
      }
      #expect(service.data.files(in: "images").isEmpty)
    }
  }

  @Test func formWithoutAFileIsMalformed() async throws {
    try await withService { service async throws in
      for body in [TestForm().with("comment", "x").bytes, Array("no form".utf8), []] {
        let answer = try await service.visit("POST", "/api/upload", body: body, fields: TestForm.fields)
        #expect(answer.status == 400 && answer.code == "malformed-request")
      }
    }
  }

  @Test func largestPictureIsStoredAndOneByteMoreIsNot() async throws {
    let length = TestPictures.png().count
    try await withService(["VITRINE_MAX_UPLOAD": "\(length)"]) { service async throws in
      #expect(try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png()).status == 201)
      let larger = TestPictures.png(beforeData: TestPictures.chunk("gAMA", [0, 0, 0, 1]))
      let raw = try await service.visit("PUT", "/api/upload/b.png", body: larger)
      #expect(raw.status == 413 && raw.code == "too-large")
      let form = TestForm().with(file: "b.png", larger)
      let answer = try await service.visit("POST", "/api/upload", body: form.bytes, fields: TestForm.fields)
      #expect(answer.status == 413 && service.data.files(in: "images").count == 1)
    }
  }

  @Test func privateMetadataIsRemovedUnlessItIsToBeKept() async throws {
    try await withService { service async throws in
      let stripped = try await service.visit("PUT", "/api/upload/a.jpg", body: TestPictures.commented)
      let name = try #require(stripped["name"]?.stringValue)
      #expect(service.data.file("images/\(name)") == TestPictures.jpeg())
      let uploaded = try await service.visit("PUT", "/api/upload/a.jpg?metadata=keep", body: TestPictures.commented)
      #expect(service.data.file("images/\(try #require(uploaded["name"]?.stringValue))") == TestPictures.commented)
    }
  }

  @Test func bytesBehindTheEndAreDropped() async throws {
    try await withService { service async throws in
      let answer = try await service.visit(
        "PUT", "/api/upload/a.png", body: TestPictures.png() + Array("PK\u{3}\u{4}".utf8))
      let name = try #require(answer["name"]?.stringValue)
      #expect(service.data.file("images/\(name)") == TestPictures.png())
    }
  }

  @Test func trueKindWinsOverTheName() async throws {
    try await withService { service async throws in
      let answer = try await service.visit("PUT", "/api/upload/a.jpg", body: TestPictures.png())
      #expect(answer["type"]?.stringValue == "image/png" && answer["name"]?.stringValue?.hasSuffix(".png") == true)
    }
  }

  @Test func severalFilesAreJudgedOneByOne() async throws {
    try await withService { service async throws in
      let form = TestForm().with(file: "a.png", TestPictures.png()).with(file: "b.txt", [1]).with(
        file: "c.gif", TestPictures.gif)
      let answer = try await service.visit("POST", "/api/upload", body: form.bytes, fields: TestForm.fields)
      let stored = answer["images"]?.arrayValue?.compactMap { $0["original_name"]?.stringValue }
      let refused = answer["rejected"]?.arrayValue?.compactMap { $0["original_name"]?.stringValue }
      #expect(answer.status == 201 && stored == ["a.png", "c.gif"] && refused == ["b.txt"])
    }
  }

  @Test func sameBytesGetAFreshNameEachTime() async throws {
    try await withService { service async throws in
      let answers = try await service.atOnce(8) { _ in
        try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())
      }
      #expect(Set(answers.compactMap { $0["name"]?.stringValue }).count == 8)
    }
  }

  @Test func pictureIsListedUnlessItIsUnlisted() async throws {
    try await withService { service async throws in
      let shown = try await service.visit("PUT", "/api/upload/shown.png", body: TestPictures.png())
      let hidden = try await service.visit(
        "PUT", "/api/upload/hidden.png?visibility=unlisted", body: TestPictures.png())
      let listed = try await service.visit("GET", "/api/images")
      let names = listed["images"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
      #expect(names == [try #require(shown["name"]?.stringValue)])
      let catalogue = try await service.visit("GET", "/images/")
      #expect(catalogue.text.contains(names?.first ?? "-"))
      #expect(!catalogue.text.contains(try #require(hidden["name"]?.stringValue)))
    }
  }

  @Test func catalogueIsReadInPages() async throws {
    try await withService { service async throws in
      for number in 0..<5 {
        _ = try await service.visit(
          "PUT", "/api/upload/\(number).png", body: TestPictures.png(numbered: UInt32(number)))
      }
      var (names, after): ([String], String?) = ([], "")
      while let cursor = after, names.count < 20 {
        let page = try await service.visit("GET", "/api/images?limit=2" + (cursor.isEmpty ? "" : "&after=\(cursor)"))
        names += page["images"]?.arrayValue?.compactMap { $0["original_name"]?.stringValue } ?? []
        after = page["next"]?.stringValue
      }
      #expect(names == ["4.png", "3.png", "2.png", "1.png", "0.png"])
    }
  }

  @Test func pictureIsDeletedByItsTokenOnly() async throws {
    try await withService { service async throws in
      let uploaded = try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())
      let name = try #require(uploaded["name"]?.stringValue)
      let token = try #require(uploaded["delete_token"]?.stringValue)
      let other = try await service.visit("PUT", "/api/upload/b.png", body: TestPictures.png())
      let foreign = try #require(other["delete_token"]?.stringValue)
      for wrong in ["", "?token=", "?token=\(foreign)", "?token=x"] {
        #expect(try await service.visit("DELETE", "/api/images/\(name)\(wrong)").status == 401)
      }
      #expect(try await service.visit("GET", "/api/images/\(name)")["delete_token"] == nil)
      let deletion = ["authorization": "Bearer \(token)"]
      #expect(try await service.visit("DELETE", "/api/images/\(name)", fields: deletion).status == 204)
      #expect(service.data.file("images/\(name)") == nil)
      #expect(try await service.visit("GET", "/api/images/\(name)").status == 404)
    }
  }

  @Test func uploadTokenGuardsUploads() async throws {
    try await withService(["VITRINE_UPLOAD_TOKEN": "open sesame"]) { service async throws in
      for fields in [[:], ["authorization": "Bearer other"]] {
        let refused = try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png(), fields: fields)
        #expect(refused.status == 401 && refused.code == "token-required")
      }
      let fields = ["authorization": "Bearer open sesame"]
      #expect(
        try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png(), fields: fields).status == 201)
    }
  }

  @Test func pictureIsAnObjectOfTheBucketImages() async throws {
    try await withService { service async throws in
      let uploaded = try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())
      let name = try #require(uploaded["name"]?.stringValue)
      #expect(try await service.get("/images/\(name)").body == TestPictures.png())
      #expect(try await service.get("/images?list-type=2").elements("Key") == [name])
      let put = try await service.put("/images/mine.gif", body: TestPictures.gif)
      #expect(put.status == 200 && service.data.file("images/mine.gif") == TestPictures.gif)
      #expect(try await service.put("/images/mine.gif", body: TestPictures.gif).status == 409)
      #expect((400..<500).contains(try await service.put("/images/text.gif", body: Array("text".utf8)).status))
      #expect(try await service.delete("/images/\(name)").status == 204)
      #expect(service.data.files(in: "images") == ["mine.gif"])
    }
  }

  @Test func unknownPathAndMethodAreToldApart() async throws {
    try await withService { service async throws in
      #expect(try await service.visit("GET", "/nothing").status == 404)
      let answer = try await service.visit("DELETE", "/api/upload")
      #expect(answer.status == 405 && answer.fields["allow"]?.contains("POST") == true)
    }
  }

  @Test func bodyShorterThanItsAnnouncedLengthIsMalformed() async throws {
    try await withService { service async throws in
      let peer = try service.connect()
      defer { peer.close() }
      let whole = WebServerRequest("PUT", "/api/upload/a.png", .web, body: TestPictures.png()).bytes
      // The last bytes of the body, and the record that ends it, never come; the end of the stream does.
      var cut = Array(whole.dropLast(8 + 12))
      let length = TestPictures.png().count - 12
      let lengthStart = whole.count - 8 - TestPictures.png().count - 8
      cut[lengthStart + 4] = UInt8(length >> 8)
      cut[lengthStart + 5] = UInt8(length & 0xFF)
      try await peer.send(cut + whole.suffix(8))
      let answer = try Answer(try await peer.response(), isHead: false)
      #expect(answer.status == 400 && service.data.files(in: "images").isEmpty)
    }
  }
}
