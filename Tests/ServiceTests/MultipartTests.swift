import Digests
import EventLoop
import HTTPSemantics
import Testing

@Suite struct MultipartTests {
  private static let large = [UInt8](repeating: 7, count: 5 << 20)

  /// Begins an upload of `/shelf/k`, and gives its identifier.
  @EventLoopActor private static func begin(_ service: Service, fields: [String: String] = [:]) async throws -> String {
    let begun = try await service.post("/shelf/k?uploads", fields: fields)
    return try #require(begun.elements("UploadId").first)
  }

  /// The document that completes an upload of these parts.
  private static func completion(_ parts: [(number: Int, tag: String)]) -> String {
    let listed = parts.map { "<Part><PartNumber>\($0.number)</PartNumber><ETag>\($0.tag)</ETag></Part>" }
    return "<CompleteMultipartUpload>\(listed.joined())</CompleteMultipartUpload>"
  }

  @EventLoopActor private static func part(
    _ service: Service, _ upload: String, _ number: Int, _ content: [UInt8]
  ) async throws -> (number: Int, tag: String) {
    let put = try await service.put("/shelf/k?partNumber=\(number)&uploadId=\(upload)", body: content)
    return (number, try #require(put.fields["etag"]))
  }

  @Test func partsAreOneObjectInTheirOrder() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let upload = try await Self.begin(service, fields: ["x-amz-meta-a": "1", "content-type": "text/plain"])
      let last = try await Self.part(service, upload, 3, [3])
      let first = try await Self.part(service, upload, 1, Self.large)
      #expect(try await service.get("/shelf/k").status == 404)
      let done = try await service.post("/shelf/k?uploadId=\(upload)", body: Self.completion([first, last]))
      let digests = MD5.digest(of: Self.large) + MD5.digest(of: [3])
      #expect(done.status == 200)
      let read = try await service.get("/shelf/k")
      #expect(read.fields["etag"] == "\"\(Hexadecimal.encode(MD5.digest(of: digests)))-2\"")
      #expect(read.body == Self.large + [3] && read.fields["x-amz-meta-a"] == "1")
      #expect(try await service.get("/shelf?uploads").elements("UploadId").isEmpty)
    }
  }

  @Test func partThatIsPutAgainReplacesTheFirst() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let upload = try await Self.begin(service)
      _ = try await Self.part(service, upload, 1, [1])
      let second = try await Self.part(service, upload, 1, [2])
      #expect(try await service.post("/shelf/k?uploadId=\(upload)", body: Self.completion([second])).status == 200)
      #expect(try await service.get("/shelf/k").body == [2])
    }
  }

  @Test func partsAndUploadsAreListed() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let upload = try await Self.begin(service)
      for number in [2, 1] { _ = try await Self.part(service, upload, number, [UInt8(number)]) }
      #expect(try await service.get("/shelf?uploads").elements("UploadId") == [upload])
      #expect(try await service.get("/shelf/k?uploadId=\(upload)").elements("PartNumber") == ["1", "2"])
    }
  }

  @Test func abortedUploadIsGoneWithItsParts() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let upload = try await Self.begin(service)
      let part = try await Self.part(service, upload, 1, [1])
      #expect(try await service.delete("/shelf/k?uploadId=\(upload)").status == 204)
      #expect(
        try await service.post("/shelf/k?uploadId=\(upload)", body: Self.completion([part])).code == "NoSuchUpload")
      #expect(try await service.put("/shelf/k?partNumber=1&uploadId=\(upload)", body: [1]).code == "NoSuchUpload")
      #expect(try await service.delete("/shelf").status == 204)
    }
  }

  @Test func completionWithAWrongTagOrOrderOrASmallPartIsRefused() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let upload = try await Self.begin(service)
      let first = try await Self.part(service, upload, 1, [1])
      let second = try await Self.part(service, upload, 2, [2])
      func complete(_ parts: [(number: Int, tag: String)]) async throws -> String? {
        try await service.post("/shelf/k?uploadId=\(upload)", body: Self.completion(parts)).code
      }
      #expect(try await complete([(1, "\"wrong\"")]) == "InvalidPart")
      #expect(try await complete([second, first]) == "InvalidPartOrder")
      #expect(try await complete([first, second]) == "EntityTooSmall")
      #expect(try await service.get("/shelf/k").status == 404)
    }
  }

  @Test func partIsCopiedFromARangeOfAnObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/source", body: Array("0123456789".utf8))
      let upload = try await Self.begin(service)
      let copied = try await service.put(
        "/shelf/k?partNumber=1&uploadId=\(upload)",
        fields: ["x-amz-copy-source": "/shelf/source", "x-amz-copy-source-range": "bytes=2-5"])
      let tag = try #require(copied.elements("ETag").first)
      #expect(try await service.post("/shelf/k?uploadId=\(upload)", body: Self.completion([(1, tag)])).status == 200)
      #expect(try await service.get("/shelf/k").text == "2345")
    }
  }

  @Test func sixteenCompletionsOfANewKeyHaveOneWinner() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      var uploads: [(upload: String, body: String)] = []
      for number in 0..<16 {
        let upload = try await Self.begin(service)
        uploads.append((upload, Self.completion([try await Self.part(service, upload, 1, [UInt8(number)])])))
      }
      let begun = uploads
      let answers = try await service.atOnce(16) { writer in
        try await service.post(
          "/shelf/k?uploadId=\(begun[writer].upload)", body: begun[writer].body, fields: ["if-none-match": "*"])
      }
      // An error may also come with the status 200, behind white space that was sent before it was known.
      #expect(answers.count { $0.status == 200 && $0.code == nil } == 1)
      #expect(try await service.get("/shelf/k").body.count == 1)
    }
  }

  @Test func attributesTellOfParts() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let upload = try await Self.begin(service)
      let part = try await Self.part(service, upload, 1, [1, 2])
      _ = try await service.post("/shelf/k?uploadId=\(upload)", body: Self.completion([part]))
      let answer = try await service.get(
        "/shelf/k?attributes", fields: ["x-amz-object-attributes": "ETag,ObjectSize,ObjectParts"])
      #expect(answer.elements("ObjectSize") == ["2"] && answer.elements("PartsCount") == ["1"])
    }
  }
}
