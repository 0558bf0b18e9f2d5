import Storage
import Testing

struct DocumentTests {
  @Test(arguments: Implementation.allCases)
  func aDocumentIsReadAsItWasWritten(_ implementation: Implementation) async throws {
    let documents = try await implementation.documents()
    #expect(try await documents.store.document("keys.json") == nil)
    for content in [bytes("{}"), [], Array(0...255), Array(repeating: 7, count: 1 << 20)] {
      let before = try await documents.other.document("keys.json")?.version
      let version = try await documents.store.replace("keys.json", before, with: content)
      let expected = StoredDocument(bytes: content, version: version)
      #expect(try await documents.store.document("keys.json") == expected)
      #expect(try await documents.other.document("keys.json") == expected)
    }
    #expect(try await documents.store.document("blocked.json") == nil)
  }

  @Test(arguments: Implementation.allCases)
  func whoeverReadAnotherVersionIsInConflict(_ implementation: Implementation) async throws {
    let documents = try await implementation.documents()
    let first = try await documents.store.replace("a.json", nil, with: bytes("first"))
    await #expect(throws: StorageError.conflict) {
      _ = try await documents.other.replace("a.json", nil, with: bytes("lost"))
    }
    let second = try await documents.other.replace("a.json", first, with: bytes("first"))
    // The same bytes are another version all the same.
    #expect(first != second)
    await #expect(throws: StorageError.conflict) {
      _ = try await documents.store.replace("a.json", first, with: bytes("lost"))
    }
    await #expect(throws: StorageError.conflict) {
      _ = try await documents.store.replace("b.json", first, with: bytes("lost"))
    }
    #expect(try await documents.store.document("a.json") == StoredDocument(bytes: bytes("first"), version: second))
    #expect(try await documents.store.document("b.json") == nil)
  }

  @Test(arguments: Implementation.allCases)
  func aDocumentIsKnownToBeCurrentOnlyAsLongAsItIs(_ implementation: Implementation) async throws {
    let documents = try await implementation.documents()
    var before: DocumentVersion?
    for content in ["first", "second", "second"] {
      let version = try await documents.store.replace("a.json", before, with: bytes(content))
      // Whoever is on another host is told a moment later.
      await eventually { [before] in !documents.other.isCurrent("a.json", before) }
      #expect(try await documents.other.document("a.json")?.version == version)
      // Nobody who serves requests has to read it again.
      #expect(documents.other.isCurrent("a.json", version))
      await documents.other.revalidate("a.json")
      #expect(documents.other.isCurrent("a.json", version))
      before = version
    }
    #expect(!documents.other.isCurrent("a.json", nil))
    #expect(!documents.other.isCurrent("b.json", before))
  }

  @Test(arguments: Implementation.allCases)
  func aDocumentThatComesIsNotTakenForAbsent(_ implementation: Implementation) async throws {
    let documents = try await implementation.documents()
    for round in 0..<20 {
      let name = "\(round).json"
      #expect(try await documents.other.document(name) == nil)
      let version = try await documents.store.replace(name, nil, with: bytes("x"))
      await eventually { !documents.other.isCurrent(name, nil) }
      #expect(try await documents.other.document(name)?.version == version)
    }
  }

  @Test(arguments: Implementation.allCases)
  func noUpdateIsLost(_ implementation: Implementation) async throws {
    let documents = try await implementation.documents()
    let results = await race(16) { number in
      let store = number.isMultiple(of: 2) ? documents.store : documents.other
      for _ in 0..<5 {
        while true {
          let current = try await store.document("count")
          let count = current.flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) } ?? 0
          do {
            _ = try await store.replace("count", current?.version, with: bytes(String(count + 1)))
            break
          } catch StorageError.conflict {}
        }
      }
    }
    for result in results { try result.get() }
    #expect(try await documents.store.document("count")?.bytes == bytes("80"))
  }

  @Test(arguments: Implementation.allCases)
  func oneOfThoseWhoMakeADocumentWins(_ implementation: Implementation) async throws {
    let documents = try await implementation.documents()
    let results = await race(16) { number in
      let store = number.isMultiple(of: 2) ? documents.store : documents.other
      return try await store.replace("secret", nil, with: bytes("by \(number)"))
    }
    let winners = results.indices.filter { results[$0].isSuccess }
    #expect(winners.count == 1)
    #expect(results.compactMap(\.failure).allSatisfy { $0 == .conflict })
    #expect(try await documents.store.document("secret")?.bytes == bytes("by \(winners[0])"))
  }
}
