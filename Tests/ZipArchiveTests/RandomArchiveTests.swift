import RandomFixture
import Testing
import ZipArchive

/// What is predicted is what is emitted, and a strict reader finds in it what went in.
@Suite struct RandomArchiveTests {
  private func randomMember(_ index: Int, _ random: inout SeededGenerator) -> (ArchiveMember, [UInt8]) {
    let content = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    let alphabet = ["a", "Z", "0", " ", "é", "я", "漢", "🙂", "\n", "\\", "%"]
    var name = String(index)
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      name += alphabet.randomElement(using: &random) ?? ""
    }
    var bytes = [UInt8](name.utf8)
    if Int.random(in: 0..<8, using: &random) == 0 { bytes.append(0xE9) }
    let isDeflated = Bool.random(using: &random)
    // The reader does not inflate: any bytes do.
    let member = ArchiveMember(
      name: bytes, size: isDeflated ? UInt64.random(in: 0...1 << 40, using: &random) : UInt64(content.count),
      modificationTime: Int64.random(in: -1 << 33...1 << 33, using: &random),
      mode: UInt32.random(in: 0...0o7777, using: &random) | 0o100000,
      compression: isDeflated ? .deflated(compressedSize: UInt64(content.count)) : .stored)
    return (member, content)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func predictedEqualsEmitted(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let made = (0..<Int.random(in: 0...40, using: &random)).map { randomMember($0, &random) }
    let members = made.map(\.0)
    let contents = made.map(\.1)
    let checksums = contents.map(crc32)
    let layout = try ArchiveLayout(members: members)
    let archive = wholeArchive(layout, contents: contents, checksums: checksums)
    #expect(UInt64(archive.count) == layout.totalLength)

    let reader = ArchiveReader(length: UInt64(archive.count)) { range in
      [UInt8](archive[Int(range.lowerBound)..<Int(range.upperBound)])
    }
    let entries = try reader.entries().entries
    #expect(entries.count == members.count)
    for (index, entry) in entries.enumerated() {
      let member = members[index]
      #expect(entry.name == layout.member(index).name)
      #expect(entry.localOffset == layout.offset(ofMember: index))
      #expect(entry.size == member.size)
      #expect(entry.checksum == checksums[index])
      #expect(entry.externalAttributes == member.mode << 16)
      #expect(entry.flags == (entry.name.allSatisfy { $0 < 0x80 } ? 0 : 0x800))
      #expect(entry.timestamp == UInt32(exactly: member.modificationTime).flatMap { $0 < 1 << 31 ? $0 : nil })
      let content = Int(entry.contentOffset)..<Int(entry.contentOffset + entry.compressedSize)
      #expect([UInt8](archive[content]) == contents[index])
    }
  }

  @Test(arguments: 100..<110 as Range<UInt64>)
  func sameMembersGiveSameBytes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let made = (0..<20).map { randomMember($0, &random) }
    let first = wholeArchive(try ArchiveLayout(members: made.map(\.0)), contents: made.map(\.1))
    let second = wholeArchive(try ArchiveLayout(members: made.map(\.0)), contents: made.map(\.1))
    #expect(first == second)
  }
}
