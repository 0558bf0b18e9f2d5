import Digests
import HTTPSemantics
import Testing

@Suite struct ObjectTests {
  @Test func objectIsReadBackWithItsMetadata() async throws {
    try await withService { service async throws in
      #expect(try await service.put("/shelf").status == 200)
      let stored = try await service.put(
        "/shelf/book.txt", body: Array("words".utf8),
        fields: ["content-type": "text/plain", "x-amz-meta-author": "Ada", "cache-control": "max-age=5"])
      let tag = "\"\(Hexadecimal.encode(MD5.digest(of: Array("words".utf8))))\""
      #expect(stored.status == 200 && stored.fields["etag"] == tag)
      let read = try await service.get("/shelf/book.txt")
      #expect(read.status == 200 && read.text == "words" && !read.isCut)
      #expect(read.fields["content-type"] == "text/plain" && read.fields["x-amz-meta-author"] == "Ada")
      #expect(read.fields["cache-control"] == "max-age=5" && read.fields["etag"] == tag)
    }
  }

  @Test func objectIsAPlainFileUnderItsKey() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/deep/down/book.txt", body: [1, 2, 3])
      #expect(service.data.files(in: "buckets/shelf") == ["deep/down/book.txt"])
      #expect(service.data.file("buckets/shelf/deep/down/book.txt") == [1, 2, 3])
    }
  }

  @Test func fileThatCameByAnotherWayIsAnObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try service.data.write(Array("by ftp".utf8), to: "buckets/shelf/found.txt")
      #expect(try await service.get("/shelf/found.txt").text == "by ftp")
    }
  }

  @Test func headTellsWhatGetTellsWithoutABody() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("12345".utf8))
      let head = try await service.store("HEAD", "/shelf/k")
      #expect(head.status == 200 && head.body.isEmpty && head.fields["content-length"] == "5")
      #expect(head.fields["etag"] == (try await service.get("/shelf/k").fields["etag"]))
    }
  }

  @Test func overwrittenObjectHasTheNewContentOnly() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("a longer first content".utf8), fields: ["x-amz-meta-old": "1"])
      try await service.put("/shelf/k", body: Array("second".utf8))
      let read = try await service.get("/shelf/k")
      #expect(read.text == "second" && !read.fields.contains("x-amz-meta-old"))
    }
  }

  @Test func missingObjectAndMissingBucketAreToldApart() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let object = try await service.get("/shelf/none")
      #expect(object.status == 404 && object.code == "NoSuchKey")
      let bucket = try await service.get("/attic/none")
      #expect(bucket.status == 404 && bucket.code == "NoSuchBucket")
      #expect(try await service.put("/attic/k").code == "NoSuchBucket")
    }
  }

  @Test func deletedObjectIsGoneAndDeletingItAgainIsNoFault() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/deep/k", body: [1])
      #expect(try await service.delete("/shelf/deep/k").status == 204)
      #expect(try await service.get("/shelf/deep/k").status == 404)
      #expect(try await service.delete("/shelf/deep/k").status == 204)
      #expect(service.data.files(in: "buckets/shelf").isEmpty)
    }
  }

  @Test func severalObjectsAreDeletedByOneRequest() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for key in ["a", "b/c", "d"] { try await service.put("/shelf/\(key)", body: [1]) }
      let body = "<Delete>\(["a", "b/c", "none"].map { "<Object><Key>\($0)</Key></Object>" }.joined())</Delete>"
      let md5 = Base64.standard.encode(MD5.digest(of: Array(body.utf8)))
      let answer = try await service.post("/shelf?delete", body: body, fields: ["content-md5": md5])
      #expect(answer.status == 200 && answer.elements("Key") == ["a", "b/c", "none"])
      #expect(service.data.files(in: "buckets/shelf") == ["d"])
    }
  }

  @Test func copyHasContentAndMetadataOfItsSource() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/other")
      try await service.put("/shelf/k", body: Array("content".utf8), fields: ["x-amz-meta-a": "1"])
      let copied = try await service.put("/other/copy", fields: ["x-amz-copy-source": "/shelf/k"])
      #expect(copied.status == 200 && copied.elements("ETag").count == 1)
      let read = try await service.get("/other/copy")
      #expect(read.text == "content" && read.fields["x-amz-meta-a"] == "1")
    }
  }

  @Test func copyOntoItselfReplacesTheMetadata() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("content".utf8), fields: ["x-amz-meta-a": "1"])
      let fields = ["x-amz-copy-source": "/shelf/k", "x-amz-metadata-directive": "REPLACE", "x-amz-meta-b": "2"]
      #expect(try await service.put("/shelf/k", fields: fields).status == 200)
      let read = try await service.get("/shelf/k")
      #expect(read.text == "content" && read.fields["x-amz-meta-b"] == "2" && !read.fields.contains("x-amz-meta-a"))
      #expect(try await service.put("/shelf/k", fields: ["x-amz-copy-source": "/shelf/k"]).code == "InvalidRequest")
    }
  }

  @Test func copyOfWhatIsNotThereIsNoObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      #expect(try await service.put("/shelf/copy", fields: ["x-amz-copy-source": "/shelf/none"]).code == "NoSuchKey")
      #expect(try await service.get("/shelf/copy").status == 404)
    }
  }

  @Test(arguments: [
    ("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-2", "89", "bytes 8-9/10"),
    ("bytes=4-100", "456789", "bytes 4-9/10"),
  ])
  func rangeIsThatSliceOfTheObject(range: String, content: String, position: String) async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("0123456789".utf8))
      let part = try await service.get("/shelf/k", fields: ["range": range])
      #expect(part.status == 206 && part.text == content && part.fields["content-range"] == position)
    }
  }

  @Test func rangeBehindTheEndIsRefused() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("0123456789".utf8))
      let part = try await service.get("/shelf/k", fields: ["range": "bytes=10-"])
      #expect(part.status == 416 && part.code == "InvalidRange")
    }
  }

  @Test func readsUnderConditionsAreAnsweredByTheTag() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let tag = try #require(try await service.put("/shelf/k", body: [1]).fields["etag"])
      #expect(try await service.get("/shelf/k", fields: ["if-none-match": tag]).status == 304)
      #expect(try await service.get("/shelf/k", fields: ["if-match": tag]).status == 200)
      #expect(try await service.get("/shelf/k", fields: ["if-match": "\"other\""]).code == "PreconditionFailed")
    }
  }

  @Test(arguments: ["GET", "HEAD", "DELETE"])
  func versionOfAnObjectIsRefused(method: String) async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      let answer = try await service.store(method, "/shelf/k?versionId=3sL4kqtJlcpXroDTDmJ")
      #expect((400..<500).contains(answer.status))
      #expect(try await service.get("/shelf/k").body == [1])
    }
  }

  @Test func keysOfEverySpellingAreReadBack() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let keys = ["a%20b", "%D0%BA%D0%BE%D1%82", "x//y", "x/y", "a%2Bb", "..%2e", "dot./k", "%7Etilde"]
      for key in keys {
        let put = try await service.put("/shelf/\(key)", body: Array(key.utf8))
        #expect(put.status == 200, "\(key): \(put.text)")
      }
      for key in keys { #expect(try await service.get("/shelf/\(key)").text == key) }
    }
  }

  @Test(arguments: ["a/", "a/b", "a"]) func keyThatIsAFolderOfOthersIsNoOtherObject(key: String) async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for other in ["a", "a/", "a/b"] where other != key {
        let answer = try await service.put("/shelf/\(other)", body: Array(other.utf8))
        #expect(answer.status == 200 || answer.status == 409, "\(other): \(answer.status)")
        if answer.status == 200 { #expect(try await service.get("/shelf/\(other)").text == other) }
      }
      #expect(try await service.get("/shelf/\(key)").status == 404)
    }
  }

  @Test func wrongChecksumStoresNothing() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let wrong = Base64.standard.encode(MD5.digest(of: [2]))
      #expect(try await service.put("/shelf/k", body: [1], fields: ["content-md5": wrong]).code == "BadDigest")
      let crc = ["x-amz-checksum-crc32": "AAAAAA=="]
      #expect(try await service.put("/shelf/k", body: [1], fields: crc).code == "BadDigest")
      #expect(try await service.get("/shelf/k").status == 404)
    }
  }
}
