import Storage
import Testing

struct KeyTests {
  static let keys: [String] = [
    "a", "a/", "a//", "a/b", "a/b/c", "a//b", "/", "//", "/a", "a-b", "a.b", "a b", "A", "Ä", "a\u{308}", "\u{e4}",
    ".", "..", "./a", "../a", "a/./b", "a/../b", "a/..", ".vitrine", ".vitrine/x", "a/.vitrine", ".~", ".~e", ".~qx",
    ".~sa", "a/.~e", "line\nbreak", "tab\there", "\u{1}", "\u{7f}", "back\\slash", "quote\"s'", "%00", "%2F", "+",
    "?#&=",
    "*", "\u{1f600}", "\u{10ffff}", "\u{fffd}", " ", "a ", " a", "CON", "name:stream", "x.part", "Thumbs.db", "a/b/",
    "a/b//", "upload-1", "bucket.json",
  ]

  /// The longest keys: in one piece, of many segments, of letters of several bytes.
  static let longKeys: [String] = [
    String(repeating: "k", count: 1_024), String(repeating: "k", count: 249), String(repeating: "k", count: 250),
    String(repeating: "k", count: 255), String(repeating: "k", count: 256), String(repeating: "\u{1f600}", count: 256),
    String(repeating: "ab/", count: 100), String(repeating: "k", count: 700) + "/" + String(repeating: "l", count: 323),
    ".~" + String(repeating: "k", count: 400), "/" + String(repeating: "k", count: 255) + "/",
  ]

  @Test(arguments: Implementation.allCases)
  func everyKeyIsAnObjectOfItsOwn(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let all = Self.keys + Self.longKeys
    for key in all { try await objects.store.put(key, "of " + key) }
    for key in all {
      #expect(try await objects.other.get(key) == "of " + key)
      #expect(try await objects.other.head(key).metadata.size == UInt64(key.utf8.count + 3))
    }
    let sorted = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(try await same(objects.other.keys(), sorted))
    #expect(try await objects.store.totals(of: bucket).objects == all.count)
    for key in all { #expect(try await objects.other.remove(key)) }
    #expect(try await objects.store.keys().isEmpty)
    #expect(try await objects.residue().isEmpty)
    try await objects.store.deleteBucket(bucket)
  }

  @Test(
    arguments: Implementation.allCases,
    [["a", "a/b"], ["a/b", "a"], ["a/", "a", "a/b"], ["x", "x/", "x//", "x/y"], ["x/y/z", "x/y", "x"]])
  func aKeyIsNotHarmedByOneThatItBegins(_ implementation: Implementation, keys: [String]) async throws {
    let objects = try await implementation.objectsWithBucket()
    for key in keys { try await objects.store.put(key, "first " + key) }
    for key in keys { try await objects.other.put(key, "of " + key) }
    for (index, key) in keys.enumerated() {
      #expect(try await objects.store.remove(key))
      await #expect(throws: StorageError.noSuchKey) { try await objects.other.get(key) }
      for rest in keys.dropFirst(index + 1) { #expect(try await objects.other.get(rest) == "of " + rest) }
    }
    #expect(try await objects.store.keys().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aKeyOfTooManyFoldersIsPutOrRefusedWithoutATrace(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let key = String(repeating: "/", count: 1_024)
    do {
      try await objects.store.put(key, "deep")
      #expect(try await objects.store.get(key) == "deep")
    } catch StorageError.keyTooDeep(let limit) {
      #expect((1..<1_024).contains(limit))
      #expect(try await objects.store.keys().isEmpty)
      await #expect(throws: StorageError.noSuchKey) { try await objects.store.head(key) }
      #expect(try await !objects.store.remove(key))
      #expect(try await objects.residue().isEmpty)
    }
  }

  @Test(arguments: Implementation.allCases)
  func keysDifferByTheirBytesAlone(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("\u{e4}", "composed")
    await #expect(throws: StorageError.noSuchKey) { try await objects.store.head("a\u{308}") }
    await #expect(throws: StorageError.noSuchKey) { try await objects.store.head("\u{c4}") }
    try await objects.store.put("a\u{308}", "decomposed")
    #expect(try await objects.store.get("\u{e4}") == "composed")
  }
}

/// Whether both are of the same bytes: equal strings may not be.
func same(_ left: [String], _ right: [String]) -> Bool {
  left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
}
