import Testing
import ZipArchive

/// Archives small enough to be written down byte by byte.
@Suite struct SmallArchiveTests {
  @Test func emptyArchiveIsItsEndRecord() throws {
    let layout = try ArchiveLayout(members: [])
    #expect(layout.totalLength == 22)
    #expect(wholeArchive(layout, contents: []) == bytes("504b0506 0000 0000 0000 0000 00000000 00000000 0000"))
  }

  @Test func storedFile() throws {
    let layout = try ArchiveLayout(members: [file("a/b.txt", size: 5)])
    let expected = bytes(
      """
      504b0304 0a00 0000 0000 5c64 5d58 86a61036 05000000 05000000 0700 0900
        612f622e747874 5554 0500 01 f079e065
      68656c6c6f
      504b0102 3f03 0a00 0000 0000 5c64 5d58 86a61036 05000000 05000000 0700 0900 0000 0000 0000 0000a481 00000000
        612f622e747874 5554 0500 01 f079e065
      504b0506 0000 0000 0100 0100 3e000000 33000000 0000
      """)
    #expect(layout.totalLength == UInt64(expected.count))
    #expect(wholeArchive(layout, contents: [[UInt8]("hello".utf8)]) == expected)
  }

  @Test func nonASCIINameIsFlaggedAsUTF8() throws {
    let layout = try ArchiveLayout(members: [file("é", size: 0, time: -1, mode: 0o100600)])
    let expected = bytes(
      """
      504b0304 0a00 0008 0000 0000 2100 00000000 00000000 00000000 0200 0000 c3a9
      504b0102 3f03 0a00 0008 0000 0000 2100 00000000 00000000 00000000 0200 0000 0000 0000 0000 00008081 00000000 c3a9
      504b0506 0000 0000 0100 0100 30000000 20000000 0000
      """)
    #expect(wholeArchive(layout, contents: [[]]) == expected)
  }

  @Test func directoryAndDeflatedFile() throws {
    let directory = ArchiveMember(name: [UInt8]("d/".utf8), size: 0, modificationTime: 0, mode: 0o40755)
    let deflated = ArchiveMember(
      name: [UInt8]("d/z".utf8), size: 100, modificationTime: 0, mode: 0o100755,
      compression: .deflated(compressedSize: 4))
    let layout = try ArchiveLayout(members: [directory, deflated])
    let expected = bytes(
      """
      504b0304 1400 0000 0000 0000 2100 00000000 00000000 00000000 0200 0900 642f 5554 0500 01 00000000
      504b0304 1400 0000 0800 0000 2100 efbeadde 04000000 64000000 0300 0900 642f7a 5554 0500 01 00000000
      01020304
      504b0102 3f03 1400 0000 0000 0000 2100 00000000 00000000 00000000 0200 0900 0000 0000 0000 1000ed41 00000000
        642f 5554 0500 01 00000000
      504b0102 3f03 1400 0000 0800 0000 2100 efbeadde 04000000 64000000 0300 0900 0000 0000 0000 0000ed81 29000000
        642f7a 5554 0500 01 00000000
      504b0506 0000 0000 0200 0200 73000000 57000000 0000
      """)
    #expect(layout.totalLength == UInt64(expected.count))
    #expect(wholeArchive(layout, contents: [[], [1, 2, 3, 4]], checksums: [0, 0xDEAD_BEEF]) == expected)
  }

  @Test func membersKeepTheGivenOrder() throws {
    let layout = try ArchiveLayout(members: [file("b", size: 1), file("a", size: 2), file("c", size: 3)])
    #expect((0..<3).map { layout.member($0).name } == [[0x62], [0x61], [0x63]])
    #expect((0..<3).map { layout.offset(ofMember: $0) } == [0, 41, 83])
  }
}
