@testable import DurableFiles
import Storage
import Digests
import Posix
import Testing

@testable import LocalStorage

@Suite struct StagedFileTests {
  private let folder = TemporaryFolder()

  private func stage(unnamed: Bool = true, _ bytes: [UInt8] = []) throws -> StagedFile {
    var file = try StoredFolder(path: folder.path, owner: .current(), allowsUnnamed: unnamed).stage()
    try file.write(bytes.span)
    return file
  }

  private func content(_ file: borrowing StagedFile) throws -> [UInt8] {
    try file.file.readAll(limit: 1 << 26)
  }

  @Test(arguments: [true, false]) func whatIsNotPublishedVanishes(unnamed: Bool) throws {
    do {
      let file = try stage(unnamed: unnamed, [1, 2, 3])
      #expect(folder.files.count == (unnamed ? 0 : 1))
      #expect(try content(file) == [1, 2, 3])
    }
    #expect(folder.files.isEmpty)
  }

  @Test func writesFollowEachOtherAndTheEndCanBeCut() throws {
    var file = try stage()
    try file.write([1, 2, 3].span)
    let nothing: [UInt8] = []
    try file.write(nothing.span)
    try file.write([4, 5].span)
    #expect(file.size == 5)
    try file.truncate(to: 9)
    #expect(file.size == 5)
    try file.truncate(to: 3)
    try file.write([6].span)
    #expect(try content(file) == [1, 2, 3, 6])
    var buffer = [UInt8](repeating: 0, count: 2)
    #expect(try file.read(into: &buffer, at: 1) == 2)
    #expect(buffer == [2, 3])
    #expect(try file.read(into: &buffer, at: 4) == 0)
  }

  @Test func digestsAreThoseOfTheBytes() throws {
    let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let digests = try stage(bytes).digests()
    #expect(digests.size == 600_000)
    #expect(digests.sha256 == SHA256.digest(of: bytes))
    #expect(digests.md5 == nil)
    #expect(digests.crc32 == CRC32.checksum(of: bytes))
  }

  static let edits: [([ByteEdit], String)] = [
    ([], "0123456789"),
    ([.init(range: 0..<0)], "0123456789"),
    ([.init(range: 0..<10)], ""),
    ([.init(range: 0..<3)], "3456789"),
    ([.init(range: 7..<10)], "0123456"),
    ([.init(range: 2..<4, replacement: Array("ab".utf8))], "01ab456789"),
    ([.init(range: 2..<6, replacement: Array("a".utf8))], "01a6789"),
    ([.init(range: 1..<2), .init(range: 2..<3), .init(range: 5..<8, replacement: Array("xy".utf8))], "034xy89"),
    ([.init(range: 0..<1), .init(range: 9..<10, replacement: Array("!".utf8))], "12345678!"),
  ]

  @Test(arguments: edits) func editsApplyInPlace(edits: [ByteEdit], result: String) throws {
    var file = try stage(Array("0123456789".utf8))
    try file.apply(edits)
    #expect(try content(file) == Array(result.utf8))
    #expect(file.size == UInt64(result.utf8.count))
  }

  @Test(arguments: [
    [ByteEdit(range: 5..<6), ByteEdit(range: 4..<5)], [ByteEdit(range: 2..<5), ByteEdit(range: 4..<6)],
    [ByteEdit(range: 8..<11)], [ByteEdit(range: 2..<3, replacement: [1, 2])],
    [ByteEdit(range: 11..<12)],
  ])
  func editsThatDoNotFitAreRefused(edits: [ByteEdit]) throws {
    var file = try stage(Array("0123456789".utf8))
    #expect(throws: StorageError.self) { try file.apply(edits) }
    #expect(try content(file) == Array("0123456789".utf8))
  }

  @Test func aLongFileIsEditedThroughASmallBuffer() throws {
    var bytes = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
    var file = try stage(bytes)
    let edits = [
      ByteEdit(range: 10..<20, replacement: [0xAA]), ByteEdit(range: 300_000..<300_001),
      ByteEdit(range: 800_000..<899_000, replacement: [1, 2, 3]),
    ]
    try file.apply(edits)
    for edit in edits.reversed() {
      bytes.replaceSubrange(Int(edit.range.lowerBound)..<Int(edit.range.upperBound), with: edit.replacement)
    }
    #expect(try content(file) == bytes)
  }

  @Test func aPlanMovesOnlyWhatHasToMove() {
    let plan = CompactionPlan(
      [.init(range: 2..<4), .init(range: 6..<8, replacement: [9])], size: 10)
    #expect(plan?.steps == [.move(4..<6, to: 2), .write([9], at: 4), .move(8..<10, to: 5)])
    #expect(plan?.size == 7)
    #expect(CompactionPlan([.init(range: 8..<10)], size: 10)?.steps == [])
  }
}
