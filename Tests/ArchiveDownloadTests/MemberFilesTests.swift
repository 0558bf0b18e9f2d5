import EventLoop
import LoopFixture
import Storage
import Testing

@testable import ArchiveDownload

/// Which members ask for their bytes while one is sent.
@Suite struct MemberFilesTests {
  /// - Returns: the members that have asked when all is quiet, after each of the first ones was taken.
  private func asked(sizes: [UInt64], range: Range<UInt64>? = nil, taking count: Int) async throws -> [[String]] {
    let folder = FolderInMemory()
    let asked = folder.asked
    return try await TestLoop.run { () async throws in
      let listed = sizes.enumerated().map { index, size in member("\(index)", size: size, inode: UInt64(index + 1)) }
      let source = ArchiveSource(try #require(FolderName("trip")))
      let snapshot = ArchiveSnapshot(try ArchivePlan(source, folder, TreeListing(members: listed), .portable))
      let range = range ?? 0..<snapshot.layout.totalLength
      let files = MemberFiles(
        snapshot, snapshot.layout.members(in: range), range: range, allowance: OpenFileAllowance(64))
      var found: [[String]] = []
      for member in 0..<count {
        _ = try await files.content(member) { () throws(ArchiveFailure) in }
        for _ in 0..<20 { await Task.yield() }
        var seen: Set<String> = []
        found.append(asked.ahead.withLock { $0 }.filter { seen.insert($0).inserted })
      }
      files.close()
      return found
    }
  }

  @Test(arguments: [1_000, 3_000_000, 10_000_000, 500_000_000])
  func theNextTwoAskAheadBehindTheOneThatIsNeeded(_ size: UInt64) async throws {
    let asked = try await asked(sizes: Array(repeating: size, count: 6), taking: 3)
    #expect(asked == [["0", "1", "2"], ["0", "1", "2", "3"], ["0", "1", "2", "3", "4"]])
  }

  @Test func behindTheLastOneNobodyAsks() async throws {
    #expect(try await asked(sizes: [10, 10], taking: 2) == [["0", "1"], ["0", "1"]])
  }

  /// It would ask for another part than is read then.
  @Test func whatARangeCutsDoesNotAskAhead() async throws {
    #expect(try await asked(sizes: [1_000, 1_000], range: 0..<1_500, taking: 1) == [["0"]])
  }
}
