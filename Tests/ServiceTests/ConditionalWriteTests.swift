import HTTPSemantics
import Testing

@Suite struct ConditionalWriteTests {
  @Test func putThatMustBeTheFirstIsRefusedOverAnObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      #expect(try await service.put("/shelf/k", body: [1], fields: ["if-none-match": "*"]).status == 200)
      let second = try await service.put("/shelf/k", body: [2], fields: ["if-none-match": "*"])
      #expect(second.status == 412 && second.code == "PreconditionFailed")
      #expect(second.elements("Condition") == ["If-None-Match"])
      #expect(try await service.get("/shelf/k").body == [1])
    }
  }

  @Test func putOverTheTagThatItNamesReplacesThatObjectOnly() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let tag = try #require(try await service.put("/shelf/k", body: [1]).fields["etag"])
      #expect(try await service.put("/shelf/k", body: [2], fields: ["if-match": tag]).status == 200)
      #expect(try await service.put("/shelf/k", body: [3], fields: ["if-match": tag]).code == "PreconditionFailed")
      #expect(try await service.put("/shelf/none", body: [3], fields: ["if-match": tag]).code == "NoSuchKey")
      #expect(try await service.get("/shelf/k").body == [2])
    }
  }

  @Test func deletionUnderAWrongTagLeavesTheObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let tag = try #require(try await service.put("/shelf/k", body: [1]).fields["etag"])
      #expect(try await service.delete("/shelf/k", fields: ["if-match": "\"other\""]).code == "PreconditionFailed")
      #expect(try await service.get("/shelf/k").status == 200)
      #expect(try await service.delete("/shelf/k", fields: ["if-match": tag]).status == 204)
      #expect(try await service.get("/shelf/k").status == 404)
    }
  }

  @Test func copyThatMustBeTheFirstIsRefusedOverAnObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/source", body: [1])
      let fields = ["x-amz-copy-source": "/shelf/source", "if-none-match": "*"]
      #expect(try await service.put("/shelf/k", fields: fields).status == 200)
      #expect(try await service.put("/shelf/k", fields: fields).code == "PreconditionFailed")
    }
  }

  @Test func copyOfATagThatTheSourceHasNotIsRefused() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/source", body: [1])
      let fields = ["x-amz-copy-source": "/shelf/source", "x-amz-copy-source-if-match": "\"other\""]
      #expect(try await service.put("/shelf/k", fields: fields).code == "PreconditionFailed")
      #expect(try await service.get("/shelf/k").status == 404)
    }
  }

  @Test func sixteenWritersOfANewKeyHaveOneWinner() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for round in 0..<4 {
        let answers = try await service.atOnce(16) { writer in
          try await service.put(
            "/shelf/k\(round)", body: [UInt8](repeating: UInt8(writer), count: 5_000), fields: ["if-none-match": "*"])
        }
        #expect(answers.count { $0.status == 200 } == 1)
        #expect(answers.allSatisfy { [200, 409, 412].contains($0.status) })
        let stored = try await service.get("/shelf/k\(round)").body
        #expect(stored.count == 5_000 && Set(stored).count == 1)
      }
    }
  }

  @Test func sixteenWritersOverOneTagHaveOneWinner() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let tag = try #require(try await service.put("/shelf/k", body: [255]).fields["etag"])
      let answers = try await service.atOnce(16) { writer in
        try await service.put("/shelf/k", body: [UInt8(writer)], fields: ["if-match": tag])
      }
      #expect(answers.count { $0.status == 200 } == 1)
      #expect(try await service.get("/shelf/k").body != [255])
    }
  }

  @Test func sixteenDeletionsUnderOneTagHaveOneWinner() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let tag = try #require(try await service.put("/shelf/k", body: [1]).fields["etag"])
      let answers = try await service.atOnce(16) { _ in try await service.delete("/shelf/k", fields: ["if-match": tag])
      }
      #expect(answers.contains { $0.status == 204 } && answers.allSatisfy { [204, 404, 409, 412].contains($0.status) })
      #expect(try await service.get("/shelf/k").status == 404)
    }
  }

  @Test func sixteenWritersWithoutAConditionLeaveOneWholeObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let answers = try await service.atOnce(16) { writer in
        try await service.put("/shelf/k", body: [UInt8](repeating: UInt8(writer), count: 1_000 + writer))
      }
      #expect(answers.allSatisfy { $0.status == 200 })
      let stored = try await service.get("/shelf/k")
      let writer = try #require(stored.body.first)
      #expect(stored.body == [UInt8](repeating: writer, count: 1_000 + Int(writer)))
      #expect(
        try await service.get("/shelf?list-type=2").elements("ETag") == [HTML.escape(stored.fields["etag"] ?? "")])
    }
  }

  @Test func bucketThatSixteenMakeAtOnceIsMadeOnce() async throws {
    try await withService { service async throws in
      let answers = try await service.atOnce(16) { _ in try await service.put("/shelf") }
      #expect(answers.allSatisfy { $0.status == 200 })
      #expect(try await service.get("/").elements("Name") == ["images", "photos", "shelf"])
    }
  }
}
