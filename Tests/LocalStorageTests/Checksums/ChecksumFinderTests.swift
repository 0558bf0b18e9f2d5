import Digests
import Posix
import Storage
import Synchronization
import Testing

@testable import LocalStorage

/// Finding out checksums for several who want them at the same time.
@Suite struct ChecksumFinderTests {
  private let folder = TemporaryFolder()
  private let contents: [[UInt8]] = [[1], [UInt8](repeating: 7, count: 200_000), [3, 3]]

  private func memory() throws -> ChecksumMemory {
    try ChecksumMemory(in: PrivateFolder(dataFolder: folder.path)) { _ in }
  }

  private func files() -> FilesInMemory {
    FilesInMemory(contents.enumerated().map { (path: "\($0.offset)", content: $0.element) })
  }

  private func expected() -> [Result<UInt32, StorageError>?] { contents.map { .success(CRC32.checksum(of: $0)) } }

  /// What a finder finds, by the places of the members.
  private func found(
    _ members: [TreeMember], of files: FilesInMemory, by finder: ChecksumFinder
  ) async -> [Result<UInt32, StorageError>?] {
    let outcomes = Mutex<[Int: Result<UInt32, StorageError>]>([:])
    return await withCheckedContinuation { continuation in
      finder.find(members, of: files) { news in
        let all = outcomes.withLock { outcomes in
          for (index, outcome) in news {
            if outcomes.updateValue(outcome, forKey: index) != nil { Issue.record("\(index) was reported twice") }
          }
          return outcomes
        }
        if all.count == members.count { continuation.resume(returning: members.indices.map { all[$0] }) }
      }
    }
  }

  @Test func eachFileIsToldOnceAndReadOnce() async throws {
    let (files, finder) = (files(), ChecksumFinder(memory: try memory(), threads: DiskThreads()))
    let members = try files.list().members
    async let first = found(members, of: files, by: finder)
    async let second = found(members.reversed(), of: files, by: finder)
    let (one, other) = await (first, second)
    #expect(one == expected())
    #expect(other == Array(expected().reversed()))
    // A file that is asked for twice, since it has two names, is computed once, too.
    let twice = await found([members[0], members[0]], of: files, by: finder)
    #expect(twice == [expected()[0], expected()[0]])
    #expect(files.opened.paths.withLock { $0.sorted() } == ["0", "1", "2"])
  }

  @Test func whatWasFoundIsRemembered() async throws {
    let files = files()
    let members = try files.list().members
    let memory = try self.memory()
    _ = await found(members, of: files, by: ChecksumFinder(memory: memory, threads: DiskThreads()))
    let versions = members.map(\.version)
    for _ in 0..<500 where memory.checksums(of: versions).contains(nil) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(memory.checksums(of: versions) == contents.map { CRC32.checksum(of: $0) })
    let other = FilesInMemory([])
    let finder = ChecksumFinder(memory: memory, threads: DiskThreads())
    #expect(await found(members, of: other, by: finder) == expected())
    #expect(other.opened.paths.withLock { $0.isEmpty })
  }

  @Test func fileThatChangedFailsAloneAndCanBeAskedForAgain() async throws {
    var files = files()
    let members = try files.list().members
    let finder = ChecksumFinder(memory: try memory(), threads: DiskThreads())
    files.changed = ["1"]
    let outcomes = await found(members, of: files, by: finder)
    #expect(outcomes == [expected()[0], .failure(.versionChanged), expected()[2]])
    files.changed = []
    #expect(await found(members, of: files, by: finder) == expected())
  }

  @Test func versionsThatTheMemoryCannotTellApartAreComputed() async throws {
    let files = files()
    var members = try files.list().members
    for index in members.indices { members[index].version = .memory(UInt64(index)) }
    let memory = try self.memory()
    let finder = ChecksumFinder(memory: memory, threads: DiskThreads())
    #expect(await found(members, of: files, by: finder) == expected())
    #expect(memory.checksums(of: members.map(\.version)) == [nil, nil, nil])
  }

  @Test func batchesAreSmallFilesTogetherAndLargeOnesAlone() {
    func sizes(_ list: [UInt64]) -> [[UInt64]] {
      ChecksumFinder.batches(of: list.map { member("x", size: $0) }).map { $0.map(\.size) }
    }
    let megabyte: UInt64 = 1 << 20
    let (two, nine) = (2 * megabyte, 9 * megabyte)
    #expect(sizes([]) == [])
    #expect(sizes([1, 2, 3]) == [[1, 2, 3]])
    #expect(sizes([1, nine, 2]) == [[1], [nine], [2]])
    #expect(sizes([two, two, 1]) == [[two, two], [1]])
    #expect(sizes(Array(repeating: 1, count: 130)).map(\.count) == [64, 64, 2])
    #expect(sizes([.max, .max]) == [[.max], [.max]])
  }

  @Test func batchStaysOnOneDisk() {
    let members = [1, 1, 2, 1].map { member("x", device: $0) }
    #expect(ChecksumFinder.batches(of: members).map { $0.map(\.version.medium) } == [[1, 1], [2], [1]])
  }
}
