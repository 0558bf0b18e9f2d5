import Storage
import Testing

struct ListingTests {
  @Test(arguments: Implementation.allCases)
  func aListIsInTheOrderOfBytesFromAnyStart(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let keys = ["B", "a", "a-b", "a.b", "a/", "a/b", "ab", "b", "\u{e4}", "\u{1f600}", "~"]
    for key in keys.shuffled() { try await objects.store.put(key, "x") }
    let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(try await objects.other.keys() == sorted)
    let starts: [[UInt8]] =
      [[], [0], [0xff], [0xff, 0xff], bytes("a"), bytes("a/"), bytes("a0"), [0xc3], [0xf0, 0x9f]]
      + keys.map { bytes($0) }
    for start in starts {
      let from = sorted.filter { !$0.utf8.lexicographicallyPrecedes(start) }
      let after = sorted.filter { start.lexicographicallyPrecedes($0.utf8) }
      #expect(try await objects.store.keys(from: .at(start)) == from, "at \(start)")
      #expect(try await objects.store.keys(from: .after(start)) == after, "after \(start)")
      #expect(try await objects.store.keys(from: .at(start), limit: 3) == Array(from.prefix(3)))
      #expect(try await objects.store.keys(from: .after(start), limit: 1) == Array(after.prefix(1)))
    }
    #expect(try await objects.store.keys(limit: 0).isEmpty)
    #expect(try await objects.store.keys(limit: keys.count) == sorted)
  }

  @Test(arguments: Implementation.allCases)
  func pagesTogetherAreTheWholeList(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for number in 0..<25 { try await objects.store.put("k\(number)", "x") }
    var paged: [String] = []
    var start = ListingStart.beginning
    while true {
      let page = try await objects.other.keys(from: start, limit: 7)
      paged += page
      guard let last = page.last else { break }
      start = .after(bytes(last))
    }
    #expect(try await paged == objects.store.keys())
    #expect(paged.count == 25)
  }

  @Test(arguments: Implementation.allCases)
  func aListAgreesWithEveryWriteBeforeIt(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for number in 0..<20 {
      try await objects.store.put("k\(number)", "x")
      #expect(try await objects.other.keys().contains("k\(number)"))
      if number.isMultiple(of: 3) {
        try await objects.other.remove("k\(number)")
        #expect(try await !objects.store.keys().contains("k\(number)"))
      }
      if number.isMultiple(of: 4), !number.isMultiple(of: 3) {
        try await objects.other.put("k\(number)", "longer")
        let listed = try await objects.store.list(bucket, ObjectQuery(from: .at(bytes("k\(number)")), limit: 1))
        #expect(listed == [ListedObject(key: bytes("k\(number)"), metadata(of: bytes("longer")))])
      }
    }
  }

  @Test(arguments: Implementation.allCases, [(1, true), (3, true), (3, false), (40, true), (40, false)])
  func aScanJumpsOverWhatIsNotWanted(
    _ implementation: Implementation, perFolder: (count: Int, isKnown: Bool)
  ) async throws {
    let (perFolder, isKnown) = perFolder
    let objects = try await implementation.objectsWithBucket()
    let grouping = isKnown ? KeyGrouping(prefix: [], delimiter: bytes("/")) : nil
    var expected: [String] = []
    for folder in ["a", "b", "c", "d"] {
      try await objects.store.put(folder, "x")
      for number in 0..<perFolder { try await objects.store.put("\(folder)/\(number)", "x") }
      expected += [folder, folder + "/"]
    }
    let found = try await objects.other.scan(
      bucket, from: .after([]), grouping: grouping, includesUnlisted: true, into: [String]()
    ) { found, object in
      let key = String(decoding: object.key, as: UTF8.self)
      guard let slash = key.firstIndex(of: "/") else {
        found.append(key)
        return .next
      }
      found.append(String(key[...slash]))
      return .seek(bytes(key[..<slash] + "0"))
    }
    #expect(found == expected)
    let firstTwo = try await objects.store.scan(
      bucket, from: .at(bytes("b")), grouping: nil, includesUnlisted: true, into: [[UInt8]]()
    ) { found, object in
      found.append(object.key)
      return found.count == 2 ? .done : .next
    }
    #expect(firstTwo == [bytes("b"), bytes("b/0")])
    await #expect(throws: StorageError.noSuchBucket) {
      _ = try await objects.store.scan("missing", from: .beginning, grouping: nil, includesUnlisted: true, into: 0) {
        _, _ in .next
      }
    }
  }

  @Test(arguments: Implementation.allCases)
  func totalsCountWhatIsThere(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    #expect(try await objects.store.totals(of: bucket) == BucketTotals(objects: 0, bytes: 0))
    try await objects.store.put("a", "four")
    try await objects.store.put("a/b", "123456")
    try await objects.store.put("c", "")
    try await objects.store.put("a", "12")
    #expect(try await objects.other.totals(of: bucket) == BucketTotals(objects: 3, bytes: 8))
    try await objects.store.remove("a/b")
    #expect(try await objects.other.totals(of: bucket) == BucketTotals(objects: 2, bytes: 2))
    await #expect(throws: StorageError.noSuchBucket) { try await objects.store.totals(of: "missing") }
  }
}
