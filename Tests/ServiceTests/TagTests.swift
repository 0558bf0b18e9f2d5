import Testing

@Suite struct TagTests {
  private static func document(_ tags: [(String, String)]) -> [UInt8] {
    let set = tags.map { "<Tag><Key>\($0.0)</Key><Value>\($0.1)</Value></Tag>" }.joined()
    return Array("<Tagging><TagSet>\(set)</TagSet></Tagging>".utf8)
  }

  @Test func tagsAreSetReadAndRemoved() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1], fields: ["x-amz-meta-a": "1"])
      #expect(try await service.put("/shelf/k?tagging", body: Self.document([("a", "1"), ("b", "")])).status == 200)
      let answer = try await service.get("/shelf/k?tagging")
      #expect(answer.elements("Key") == ["a", "b"] && answer.elements("Value").first == "1")
      let object = try await service.get("/shelf/k")
      #expect(object.fields["x-amz-tagging-count"] == "2" && object.body == [1] && object.fields["x-amz-meta-a"] == "1")
      #expect(try await service.delete("/shelf/k?tagging").status == 204)
      #expect(try await service.get("/shelf/k?tagging").elements("Key").isEmpty)
    }
  }

  @Test func tagsOfThePutAreTagsOfTheObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1], fields: ["x-amz-tagging": "a=1&b=2"])
      #expect(try await service.get("/shelf/k?tagging").elements("Value") == ["1", "2"])
      try await service.put("/shelf/k", body: [1])
      #expect(try await service.get("/shelf/k?tagging").elements("Value").isEmpty)
    }
  }

  @Test func tooManyTagsAndTwinsAreRefused() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      let many = Self.document((0..<11).map { ("k\($0)", "v") })
      #expect((400..<500).contains(try await service.put("/shelf/k?tagging", body: many).status))
      let twins = Self.document([("a", "1"), ("a", "2")])
      #expect(try await service.put("/shelf/k?tagging", body: twins).code == "InvalidTag")
      #expect(try await service.get("/shelf/k?tagging").elements("Key").isEmpty)
    }
  }

  @Test func copyTakesTheTagsAlong() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1], fields: ["x-amz-tagging": "a=1"])
      try await service.put("/shelf/copy", fields: ["x-amz-copy-source": "/shelf/k"])
      #expect(try await service.get("/shelf/copy?tagging").elements("Key") == ["a"])
    }
  }

  @Test func bucketHasTagsOfItsOwn() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      #expect(try await service.get("/shelf?tagging").code == "NoSuchTagSet")
      #expect((200..<300).contains(try await service.put("/shelf?tagging", body: Self.document([("a", "1")])).status))
      #expect(try await service.get("/shelf?tagging").elements("Key") == ["a"])
    }
  }
}
