import HTTPSemantics
import Storage
import Testing

struct ReaderTests {
  static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }

  @Test(arguments: Implementation.allCases)
  func everyRangeIsReadAsItIs(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("k"), Self.content)
    let opened = try await objects.other.open(bytes("k"), in: bucket, version: nil)
    let end = Self.content.count
    for range in [
      0..<0, 0..<1, 0..<end, end - 1..<end, end..<end, 1..<end - 1, 65_535..<65_537, 65_536..<131_072,
      100_000..<100_000,
      200_001..<299_999,
    ] {
      for secured in [false, true] {
        let reader = opened.reader(UInt64(range.lowerBound)..<UInt64(range.upperBound))
        #expect(try await reader.rest(secured: secured) == Array(Self.content[range]), "\(range)")
        try await reader.check()
        #expect(try await reader.rest(secured: secured).isEmpty)
      }
    }
  }

  @Test(arguments: Implementation.allCases)
  func severalReadersOfOneObjectDoNotDisturbEachOther(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("k"), Self.content)
    let opened = try await objects.store.open(bytes("k"), in: bucket, version: nil)
    let results = await race(8) { number in
      let start = UInt64(number * 10_000)
      return try await opened.reader(start..<start + 200_000).rest(secured: number.isMultiple(of: 2))
    }
    for (number, result) in results.enumerated() {
      #expect(try result.get() == Array(Self.content[number * 10_000..<number * 10_000 + 200_000]))
    }
  }

  @Test(arguments: Implementation.allCases, [false, true])
  func aReaderOfAReplacedObjectNeverMixesTwoContents(_ implementation: Implementation, secured: Bool) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("k"), Array(repeating: UInt8(ascii: "a"), count: 300_000))
    let opened = try await objects.other.open(bytes("k"), in: bucket, version: nil)
    let reader = opened.reader(0..<300_000)
    let first = try await reader.nextBytes(secured: secured)
    #expect(!first.isEmpty)
    try await objects.store.put(bytes("k"), Array(repeating: UInt8(ascii: "b"), count: 300_000))
    try await expectOldContentOrChange(reader, first, secured)
    #expect(try await objects.other.get(bytes("k")).allSatisfy { $0 == UInt8(ascii: "b") })
  }

  @Test(arguments: Implementation.allCases, [false, true])
  func aReaderOfARemovedObjectReadsItsContentOrSaysSo(_ implementation: Implementation, secured: Bool) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("k"), Array(repeating: UInt8(ascii: "a"), count: 300_000))
    let opened = try await objects.other.open(bytes("k"), in: bucket, version: nil)
    let reader = opened.reader(0..<300_000)
    let first = try await reader.nextBytes(secured: secured)
    try await objects.store.remove("k")
    try await expectOldContentOrChange(reader, first, secured)
  }

  @Test(arguments: Implementation.allCases)
  func anOpenedObjectDescribesTheContentThatItsReadersFind(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "first")
    let opened = try await objects.store.open(bytes("k"), in: bucket, version: nil)
    try await objects.other.put("k", "a longer second")
    #expect(opened.head.metadata.etag == tag(of: bytes("first")))
    do {
      #expect(try await opened.reader(0..<5).rest() == bytes("first"))
    } catch StorageError.versionChanged {}
    #expect(try await opened.head.version != objects.store.head("k").version)
  }

  @Test(arguments: Implementation.allCases)
  func changesOfMetadataDoNotDisturbAReader(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("k"), Self.content)
    let opened = try await objects.store.open(bytes("k"), in: bucket, version: nil)
    let reader = opened.reader(0..<UInt64(Self.content.count))
    let first = try await reader.nextBytes(secured: false)
    let many = (0..<10).map { NameValuePair("tag\($0)", String(repeating: "t", count: 250)) }
    for tags in [[NameValuePair("a", "1")], many, []] {
      try await objects.other.change(bytes("k"), in: bucket, version: nil, .tags(tags))
    }
    let rest = try await reader.rest()
    #expect(first + rest == Self.content)
    try await reader.check()
    // One that begins now reads the same content, too.
    #expect(try await opened.reader(0..<10).rest() == Array(Self.content[..<10]))
  }

  @Test(arguments: Implementation.allCases)
  func readersNeverSeeAMixWhileTheObjectIsReplacedAgainAndAgain(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    @Sendable func content(_ number: Int) -> [UInt8] {
      Array(repeating: UInt8(ascii: "a") + UInt8(number % 26), count: 70_000 + number)
    }
    try await objects.store.put(bytes("k"), content(0))
    let results = await race(8) { number -> Bool in
      if number < 2 {
        for round in 0..<20 { try await objects.either(number).put(bytes("k"), content(round * 2 + number)) }
        return true
      }
      for _ in 0..<30 {
        do {
          let opened = try await objects.either(number).open(bytes("k"), in: bucket, version: nil)
          let metadata = opened.head.metadata
          let read = try await opened.reader(0..<metadata.size).rest(secured: number.isMultiple(of: 2))
          guard tag(of: read) == metadata.etag else { return false }
        } catch StorageError.versionChanged {}
      }
      return true
    }
    for result in results { #expect(try result.get()) }
  }

  /// What is read on is of the content of before, to its end; or the reader says that it is another one.
  private func expectOldContentOrChange(_ reader: any ObjectReader, _ first: [UInt8], _ secured: Bool) async throws {
    do {
      let all = first + (try await reader.rest(secured: secured))
      #expect(all.count == 300_000)
      #expect(all.allSatisfy { $0 == UInt8(ascii: "a") })
    } catch StorageError.versionChanged {
      await #expect(throws: StorageError.versionChanged) { try await reader.check() }
    }
  }
}

extension ObjectReader {
  /// The next bytes, when they are there.
  fileprivate func nextBytes(secured: Bool) async throws -> [UInt8] {
    while let chunk = try await next(secured: secured) {
      switch chunk {
      case .bytes(let bytes): return bytes
      case .file(let file, let range, _): return try file.descriptor.bytes(in: range)
      case .late: break
      }
    }
    return []
  }
}
