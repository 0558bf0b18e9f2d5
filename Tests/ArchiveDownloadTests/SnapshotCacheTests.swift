import Storage
import EventLoop
import LoopFixture
import Testing

@testable import ArchiveDownload

/// Downloads of a folder share what is known of it.
@Suite struct SnapshotCacheTests {
  private static func plan(_ folder: FolderName, _ inode: UInt64 = 1, members: Int = 1) throws -> ArchivePlan {
    let listed = (0..<members).map { member("\($0)", inode: inode + UInt64($0)) }
    return try ArchivePlan(ArchiveSource(folder), FolderInMemory(), TreeListing(members: listed), .portable)
  }

  private static func folder(_ name: String) throws -> FolderName { try #require(FolderName(name)) }

  @Test func sameStateIsOneSnapshotAndAnotherStateAnother() async throws {
    try await TestLoop.run {
      let cache = SnapshotCache()
      let folder = try Self.folder("trip")
      let first = cache.snapshot(of: folder, for: try Self.plan(folder))
      first.settle(0, .success(7))
      #expect(cache.snapshot(of: folder, for: try Self.plan(folder)) === first)
      let second = cache.snapshot(of: folder, for: try Self.plan(folder, 2))
      #expect(second !== first && second.checksum(of: 0) == nil)
      #expect(cache.latest(folder) === second)
    }
  }

  @Test func whatIsUnusedIsForgottenBeyondTheLimitTheOldestFirst() async throws {
    try await TestLoop.run {
      let cache = SnapshotCache(memberLimit: 10)
      let names = try ["a", "b", "c"].map { try Self.folder($0) }
      let inUse = cache.snapshot(of: names[0], for: try Self.plan(names[0], members: 4))
      for name in names.dropFirst() { _ = cache.snapshot(of: name, for: try Self.plan(name, members: 4)) }
      #expect(cache.latest(names[0]) === inUse)
      #expect(cache.latest(names[1]) != nil && cache.latest(names[2]) != nil)
      _ = cache.snapshot(of: names[2], for: try Self.plan(names[2], 9, members: 8))
      #expect(cache.latest(names[1]) == nil)
      #expect(cache.latest(names[2])?.members.count == 8)
    }
  }

  @Test func emptyFilesNeedNoReading() async throws {
    try await TestLoop.run {
      let folder = try Self.folder("trip")
      let listing = TreeListing(members: [member("empty", size: 0), member("full", inode: 2)])
      let snapshot = ArchiveSnapshot(try ArchivePlan(ArchiveSource(folder), FolderInMemory(), listing, .portable))
      #expect(snapshot.checksum(of: 0) == 0)
      #expect(!snapshot.lacksChecksum(of: 0) && snapshot.lacksChecksum(of: 1))
      snapshot.expectChecksum(of: 1)
      #expect(!snapshot.lacksChecksum(of: 1))
      snapshot.settle(1, .failure(.changed("full")))
      #expect(snapshot.lacksChecksum(of: 1))
    }
  }

  @Test func checksumsAreFoundOnceForAllWhoWantThem() async throws {
    try await TestLoop.run {
      let snapshot = ArchiveSnapshot(try Self.plan(try Self.folder("trip"), members: 3))
      snapshot.settle(1, .success(7))
      snapshot.findChecksums(of: 0..<3)
      let isExpected = (0..<3).map { snapshot.promise(of: $0) != nil }
      #expect(isExpected == [true, false, true])
      #expect(await TestLoop.until { (0..<3).allSatisfy { snapshot.checksum(of: $0) != nil } })
      // The places are those among the members that were lacking.
      #expect((0..<3).map { snapshot.checksum(of: $0) } == [0, 7, 1])
    }
  }
}
