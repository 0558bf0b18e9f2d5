import Testing

@Suite struct ListingTests {
  @Test func keysAreListedInByteOrder() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for key in ["b", "a/1", "a-b", "B", "a"] { try await service.put("/shelf/\(key)", body: [1]) }
      let listing = try await service.get("/shelf?list-type=2")
      #expect(listing.elements("Key") == ["B", "a", "a-b", "a/1", "b"] && listing.elements("KeyCount") == ["5"])
    }
  }

  @Test func writeIsInTheVeryNextList() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for number in 0..<20 {
        try await service.put("/shelf/k\(number)", body: [1])
        #expect(try await service.get("/shelf?list-type=2&prefix=k\(number)").elements("Key").contains("k\(number)"))
        try await service.delete("/shelf/k\(number)")
        #expect(try await service.get("/shelf?list-type=2").elements("Key").isEmpty)
      }
    }
  }

  @Test func delimiterFoldsFolders() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for key in ["a/1", "a/2", "b/1", "c"] { try await service.put("/shelf/\(key)", body: [1]) }
      let listing = try await service.get("/shelf?list-type=2&delimiter=/")
      #expect(listing.elements("Key") == ["c"])
      #expect(listing.elements("CommonPrefixes").map { $0.dropFirst(8).dropLast(9) } == ["a/", "b/"])
      #expect(try await service.get("/shelf?list-type=2&delimiter=/&prefix=a/").elements("Key") == ["a/1", "a/2"])
    }
  }

  @Test func pagesHaveEachKeyOnce() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let keys = (10..<27).map { "k\($0)" }
      for key in keys { try await service.put("/shelf/\(key)", body: [1]) }
      var found: [String] = []
      var token = ""
      repeat {
        let page = try await service.get("/shelf?list-type=2&max-keys=5" + token)
        found += page.elements("Key")
        token = page.elements("NextContinuationToken").first.map { "&continuation-token=\($0)" } ?? ""
        #expect(page.elements("IsTruncated") == [token.isEmpty ? "false" : "true"])
      } while !token.isEmpty && found.count < 50
      #expect(found == keys)
    }
  }

  @Test func firstVersionOfListsGoesOnAfterAMarker() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for key in ["a", "b", "c"] { try await service.put("/shelf/\(key)", body: [1]) }
      #expect(try await service.get("/shelf?marker=a").elements("Key") == ["b", "c"])
    }
  }

  @Test func keysAreEscapedWhereTheClientAsksForIt() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/a%20%26b", body: [1])
      #expect(try await service.get("/shelf?list-type=2").elements("Key") == ["a &amp;b"])
      #expect(try await service.get("/shelf?list-type=2&encoding-type=url").elements("Key") == ["a%20%26b"])
    }
  }

  @Test func bucketsAreListedAndDeletedWhenEmpty() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/attic")
      #expect(try await service.get("/").elements("Name") == ["attic", "images", "photos", "shelf"])
      try await service.put("/shelf/k", body: [1])
      #expect(try await service.delete("/shelf").code == "BucketNotEmpty")
      try await service.delete("/shelf/k")
      #expect(try await service.delete("/shelf").status == 204)
      #expect(try await service.get("/").elements("Name") == ["attic", "images", "photos"])
      #expect(try await service.store("HEAD", "/shelf").status == 404)
    }
  }
}
