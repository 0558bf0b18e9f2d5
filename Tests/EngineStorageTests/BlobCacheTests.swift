import Digests
import EngineFixture
import LoopFixture
import Posix
import RandomFixture
import Testing

@testable import EngineStorage

struct BlobCacheTests {
  @Test func blobThatIsReadAgainAndAgainIsAskedForTwice() async throws {
    let store = try CachedStore()
    let content = pattern(200_000)
    let id = try await store.put(content)
    for _ in 0..<5 { #expect(try await store.read(id, 0..<200_000) == content) }
    #expect(store.engine.count(.read) == 2, "the first time, and the one that was copied")
    #expect(try await store.read(id, 70_000..<140_001) == Array(content[70_000..<140_001]))
    #expect(store.engine.count(.read) == 2)
    #expect(store.cache.counts == BlobCache.Counts(hits: 4, misses: 2))
  }

  @Test func whatIsReadOnceIsNotStored() async throws {
    let store = try CachedStore()
    var ids: [BlobID] = []
    for _ in 0..<20 { ids.append(try await store.put(pattern(1_000))) }
    for id in ids { _ = try await store.read(id, 0..<1_000) }
    #expect(store.cache.counts == BlobCache.Counts(hits: 0, misses: 20))
  }

  @Test func beginningOfABlobDoesNotStandForTheWhole() async throws {
    let store = try CachedStore()
    let content = pattern(100_000)
    let id = try await store.put(content)
    for _ in 0..<3 { #expect(try await store.read(id, 0..<60_000) == Array(content[..<60_000])) }
    for _ in 0..<3 { #expect(try await store.read(id, 0..<100_000) == content) }
    for _ in 0..<3 { #expect(try await store.read(id, 30_000..<100_000) == Array(content[30_000...])) }
  }

  /// Contents that share a blob are copied each, and held against their own MD5.
  @Test func contentsOfOneBlobAreNotMixedUp() async throws {
    let store = try CachedStore()
    let content = pattern(100_000)
    let id = try await store.put(content)
    let ranges: [Range<UInt64>] = [0..<40_000, 40_000..<40_001, 40_001..<100_000]
    for _ in 0..<4 {
      for range in ranges {
        let part = Array(content[Int(range.lowerBound)..<Int(range.upperBound)])
        let whole = BlobSlice.Content(start: range.lowerBound, length: UInt64(part.count), md5: MD5.digest(of: part))
        #expect(try await store.read(id, range, of: whole) == part)
        // A range of it.
        let middle = range.lowerBound + UInt64(part.count) / 2
        #expect(
          try await store.read(id, middle..<range.upperBound, of: whole) == part.suffix(part.count - part.count / 2))
      }
    }
    #expect(store.engine.count(.read) <= 3 * 4)
    #expect(try await store.read(id, 0..<100_000) == content)
    // With the MD5 of something else nothing is stored.
    let reads = store.engine.count(.read)
    let wrong = BlobSlice.Content(start: 5, length: 10, md5: MD5.digest(of: [1]))
    for _ in 0..<4 { #expect(try await store.read(id, 5..<15, of: wrong) == Array(content[5..<15])) }
    #expect(store.engine.count(.read) == reads + 4)
  }

  /// A client that asks for beginnings only pushes nothing out.
  @Test(arguments: [true, false]) func beginningsAreNotStored(_ reportsMD5: Bool) async throws {
    let store = try CachedStore(reportsMD5: reportsMD5)
    let content = pattern(100_000)
    let id = try await store.put(content)
    for _ in 0..<4 { _ = try await store.read(id, 0..<60_000) }
    #expect(store.cache.counts == BlobCache.Counts(hits: 0, misses: 4))
    for _ in 0..<3 { #expect(try await store.read(id, 0..<100_000) == content) }
    #expect(store.cache.counts == BlobCache.Counts(hits: 2, misses: 5))
  }

  @Test func readingThatEndsInTheMiddleLeavesNothing() async throws {
    let store = try CachedStore()
    let content = pattern(200_000)
    let id = try await store.put(content)
    _ = try await store.read(id, 0..<200_000)
    for _ in 0..<3 {
      let reader = try await store.all.read(BlobSlice(id: id, start: 0, length: 200_000))
      _ = try await reader.next()
    }
    #expect(store.cache.counts.hits == 0)
    for _ in 0..<2 { #expect(try await store.read(id, 0..<200_000) == content) }
    #expect(store.cache.counts.hits == 1)
  }

  @Test func bytesWithAnotherMD5AreNotStored() async throws {
    let store = try CachedStore()
    let content = pattern(3_000)
    let id = try await store.put(content)
    _ = try await store.read(id, 0..<3_000)
    store.engine.damageNextRead()
    #expect(try await store.read(id, 0..<3_000) != content)
    #expect(try await store.read(id, 0..<3_000) == content)
    #expect(store.cache.counts.hits == 0)
  }

  @Test func readerWhoseBlobGivesWayGoesOnInTheEngine() async throws {
    let store = try CachedStore(capacity: 8 * 131_072)
    let content = pattern(131_072)
    let id = try await store.put(content)
    for _ in 0..<2 { _ = try await store.read(id, 0..<131_072) }
    let reader = try await store.all.read(BlobSlice(id: id, start: 0, length: 131_072))
    var found = try #require(try await reader.next())
    #expect(found.count < content.count && store.cache.counts.hits == 1)
    for number in 0..<8 {
      let other = try await store.put([UInt8](repeating: UInt8(number), count: 131_072))
      for _ in 0..<2 { _ = try await store.read(other, 0..<131_072) }
    }
    let before = store.engine.count(.read)
    while let bytes = try await reader.next() { found += bytes }
    #expect(found == content)
    #expect(store.engine.count(.read) == before + 1)
  }

  /// As where a disk fails to write what the system took for written, and gives what was there before.
  @Test func bytesThatTheDiskHasLostAreNotGiven() async throws {
    let store = try CachedStore()
    let content = pattern(150_000)
    let id = try await store.put(content)
    for _ in 0..<3 { #expect(try await store.read(id, 0..<150_000) == content) }
    #expect(store.cache.counts.hits == 1)
    let other = [UInt8](repeating: 0, count: 10)
    try store.cache.file.descriptor.writeAll(other.span, at: 100_000)
    #expect(try await store.read(id, 0..<150_000) == content)
    #expect(store.engine.count(.read) == 3)
  }

  @Test func removedBlobIsGone() async throws {
    let store = try CachedStore()
    let id = try await store.put(pattern(1_000))
    for _ in 0..<3 { _ = try await store.read(id, 0..<1_000) }
    try await store.all.remove(id)
    await #expect(throws: BlobError.missing(id)) { try await store.read(id, 0..<1_000) }
  }

  @Test func whatOthersMayReplaceIsAlwaysAskedFor() async throws {
    let store = try CachedStore()
    let id = try await store.put(pattern(1_000))
    let tag = try await store.engine.head(id).etag
    for _ in 0..<4 { _ = try await store.read(id, 0..<1_000, entityTag: tag) }
    #expect(store.engine.count(.read) == 4)
  }

  /// Everything at once, in a cache in which most give way all the time.
  @Test func nobodyEverGetsAnotherBlobsBytes() async throws {
    let store = try CachedStore(capacity: 2 << 20)
    var random = SeededGenerator(seed: 3)
    var blobs: [(id: BlobID, content: [UInt8])] = []
    for number in 0..<40 {
      let content = [UInt8](repeating: UInt8(number), count: 1 + Int(random.next() % 250_000))
      blobs.append((try await store.put(content), content))
    }
    try await withThrowingTaskGroup(of: Void.self) { [blobs] group in
      for task in 0..<8 {
        group.addTask {
          var random = SeededGenerator(seed: UInt64(task))
          for _ in 0..<100 {
            let (id, content) = blobs[Int(random.next() % 40)]
            let found = try await store.read(id, 0..<UInt64(content.count))
            #expect(found.count == content.count && found.first == content[0] && Set(found).count == 1)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(store.cache.counts.hits > 100)
    #expect(store.cache.counts.misses > 100)
  }

  @Test func nothingIsStoredWhereNothingMayBe() {
    #expect(BlobCache(in: temporaryFolder(), capacity: 0) == nil)
  }
}

/// An engine in memory with a cache in front of it.
private struct CachedStore {
  let engine: MemoryBlobStore
  let cache: BlobCache
  let all: CachingBlobStore

  init(capacity: UInt64 = 64 << 20, reportsMD5: Bool = true) throws {
    TestLoop.start()
    engine = MemoryBlobStore(reportsMD5: reportsMD5)
    cache = try #require(BlobCache(in: temporaryFolder(), capacity: capacity))
    all = CachingBlobStore(engine, cache)
  }

  func put(_ content: [UInt8]) async throws -> BlobID {
    let blob = NewBlob(.fresh(), length: UInt64(content.count))
    try await all.put(blob, from: MemoryContent(content))
    return blob.id
  }

  func read(
    _ id: BlobID, _ range: Range<UInt64>, entityTag: String? = nil, of content: BlobSlice.Content? = nil
  ) async throws -> [UInt8] {
    let slice = BlobSlice(
      id: id, start: range.lowerBound, length: UInt64(range.count), entityTag: entityTag, content: content)
    let reader = try await all.read(slice)
    var found: [UInt8] = []
    while let bytes = try await reader.next() { found += bytes }
    await cache.settle()
    return found
  }
}

private func temporaryFolder() -> SharedDescriptor {
  // A disk: of a file in memory not every kernel says what is there.
  guard let folder = try? FileDescriptor.open("/var/tmp", [.directory]) else { preconditionFailure("no /var/tmp") }
  return SharedDescriptor(folder)
}
