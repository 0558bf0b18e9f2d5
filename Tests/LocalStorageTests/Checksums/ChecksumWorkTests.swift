@testable import DurableFiles
import Storage
import Digests
import Posix
import Testing

@testable import LocalStorage

/// Computing checksums in steps and batches.
@Suite struct ChecksumWorkTests {
  private static let contents: [[UInt8]] = [
    [1], [], [UInt8](repeating: 7, count: 131_072), [UInt8](repeating: 9, count: 300_001),
  ]
  private let source = FilesInMemory(
    contents.enumerated().map { (path: "\($0.offset)", content: $0.element) })

  private func checksums(_ outcomes: [ChecksumWork.Outcome]) -> [UInt32?] { outcomes.map { try? $0.get() } }

  @Test(arguments: [UInt64(1), 4_096, 131_072, 200_000, 1 << 30])
  func checksumsAreTheSameInStepsOfAnySize(step: UInt64) throws {
    var work = ChecksumWork(try source.list().members, of: source)
    var steps = 0
    while !work.isDone {
      work.proceed(step)
      steps += 1
      try #require(steps < 1_000)
    }
    #expect(checksums(work.outcomes) == Self.contents.map { CRC32.checksum(of: $0) })
  }

  @Test func eachOutcomeIsToldWhenItIsThere() throws {
    var work = ChecksumWork(try source.list().members, of: source)
    var reported: [Int] = []
    work.proceed(1 << 30) { reported.append($0.count) }
    #expect(reported == [1, 2, 3, 4])
  }

  @Test func fileThatChangedFailsAloneAndTheOthersGoOn() throws {
    var source = source
    let members = try source.list().members
    source.changed = ["0"]
    // It is shorter now than it was listed.
    source.files[2].content.removeLast()
    var work = ChecksumWork(members, of: source)
    work.proceed(1 << 30)
    #expect(work.outcomes[0] == .failure(.versionChanged))
    #expect(work.outcomes[2] == .failure(.versionChanged))
    #expect(checksums(work.outcomes)[3] == CRC32.checksum(of: Self.contents[3]))
  }

  @Test func longFileThatIsGoneIsNotReadToItsEnd() throws {
    var source = source
    source.changed = ["3"]
    var work = ChecksumWork(try source.list().members.suffix(1), of: source)
    work.proceed(1)
    #expect(work.outcomes == [.failure(.versionChanged)])
  }

  @Test(arguments: [UInt64(1), 100_000, 1 << 30])
  func holesCountAsZeros(step: UInt64) throws {
    let piece = [UInt8](repeating: 5, count: 70_000)
    let file = try FileDescriptor.inMemory("sparse")
    for offset: UInt64 in [1 << 20, 65 << 20] { try file.writeAll(piece.span, at: offset) }
    try file.truncate(to: 70 << 20)
    let expected = CRC32.checksum(of: try file.readAll(limit: 71 << 20))
    let source = SparseSource(file: SharedDescriptor(file), size: 70 << 20)
    var work = ChecksumWork(try source.list().members, of: source)
    while !work.isDone { work.proceed(step) }
    #expect(work.outcomes == [.success(expected)])
  }

  @Test func longHoleTakesNoTime() throws {
    let file = try FileDescriptor.inMemory("sparse")
    try file.truncate(to: 1 << 42)
    var expected = CRC32()
    expected.update(zeros: 1 << 42)
    let source = SparseSource(file: SharedDescriptor(file), size: 1 << 42)
    var work = ChecksumWork(try source.list().members, of: source)
    work.proceed(1)
    #expect(work.outcomes == [.success(expected.value)])
  }

  /// One file with holes.
  private struct SparseSource: TreeFiles {
    let file: SharedDescriptor
    let size: UInt64

    func list() throws(StorageError) -> TreeListing { TreeListing([LocalStorageTests.member("sparse", size: size)]) }

    func member(_ key: [UInt8]) throws(StorageError) -> TreeMember? { nil }

    func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor {
      do throws(Errno) { return try file.descriptor.duplicate() } catch { throw StorageError(error, "opening") }
    }

    func check(_ file: borrowing FileDescriptor, is member: TreeMember) throws(StorageError) {}
  }

  @Test func checksumFromElsewhereEndsTheReading() throws {
    var work = ChecksumWork(try source.list().members, of: source)
    work.proceed(131_072)
    while work.current.text != "3" { work.proceed(1) }
    work.proceed(1)
    work.supply(42)
    #expect(work.isDone)
    #expect(checksums(work.outcomes).last == 42)
  }
}
