import Storage
import Testing

struct FullStorageTests {
  @Test(arguments: Implementation.withLimits)
  func aFullStorageSaysSoAndStaysAsItWas(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket(capacity: 4 << 20)
    try await objects.store.put("before", "content")
    let writer = try await objects.store.writer(of: bytes("large"), in: bucket)
    let block = [UInt8](repeating: 7, count: 1 << 16)
    await #expect(throws: StorageError.full) {
      for _ in 0..<200 { try await writer.append(block) }
    }
    #expect(try await objects.other.keys() == ["before"])
    await writer.discard()
    // What was staged has been given back.
    try await objects.store.put(bytes("after"), Array(block.prefix(50_000)))
    #expect(try await objects.other.keys() == ["after", "before"])
    #expect(try await objects.other.get("before") == "content")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.withLimits)
  func removingMakesRoom(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket(capacity: 8 << 20)
    let large = [UInt8](repeating: 7, count: 3 << 20)
    for _ in 0..<4 {
      try await objects.store.put(bytes("k"), large)
      #expect(try await objects.store.remove("k"))
    }
    for _ in 0..<4 { try await objects.store.put(bytes("k"), large) }
    #expect(try await objects.store.get(bytes("k")) == large)
  }

  @Test(arguments: Implementation.withLimits)
  func aPartThatDoesNotFitLeavesTheUploadUsable(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket(capacity: 4 << 20)
    let upload = try await objects.store.begin("k", ["small"])
    let writer = try await objects.store.partWriter(of: upload, in: bucket)
    await #expect(throws: StorageError.full) {
      for _ in 0..<200 { try await writer.append([UInt8](repeating: 7, count: 1 << 16)) }
    }
    await writer.discard()
    #expect(try await objects.store.parts(of: upload, in: bucket).map(\.number) == [1])
    try await objects.store.complete(upload, bytes("small"))
    #expect(try await objects.store.get("k") == "small")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.withLimits)
  func aPictureThatDoesNotFitLeavesNothing(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures(capacity: 4 << 20)
    let writer = try await pictures.catalog.pictureWriter()
    await #expect(throws: StorageError.full) {
      for _ in 0..<200 { try await writer.append([UInt8](repeating: 7, count: 1 << 16)) }
    }
    await writer.discard()
    try await pictures.catalog.publish("a.jpg")
    #expect(try await pictures.other.names() == ["a.jpg"])
    #expect(try await pictures.residue().isEmpty)
  }
}
