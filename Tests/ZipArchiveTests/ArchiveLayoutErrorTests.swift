import Testing
import ZipArchive

@Suite struct ArchiveLayoutErrorTests {
  @Test(arguments: ["", "/", "/a", "a//b", "./a", "a/.", "..", "a/../b", "a\0b", "a//"])
  func nameThatIsNoRelativePathIsRefused(_ name: String) {
    #expect(throws: ArchiveLayoutError.invalidName(member: 1)) {
      try ArchiveLayout(members: [file("ok", size: 0), file(name, size: 0)])
    }
  }

  @Test(arguments: ["a", "a/b", "a/", "...", ".a", "a..", " ", "-"])
  func relativePathIsTaken(_ name: String) throws {
    #expect(try ArchiveLayout(members: [file(name, size: 0)]).count == 1)
  }

  @Test func nameOf65535BytesIsTheLongest() throws {
    let longest = String(repeating: "n", count: 65_535)
    let layout = try ArchiveLayout(members: [file(longest, size: 0)])
    #expect(layout.localHeader(of: 0, checksum: 0).count == 30 + 65_535 + 9)
    #expect(throws: ArchiveLayoutError.nameTooLong(member: 0)) {
      try ArchiveLayout(members: [file(longest + "n", size: 0)])
    }
  }

  @Test func sameNameTwiceIsRefused() {
    #expect(throws: ArchiveLayoutError.duplicateName(member: 2)) {
      try ArchiveLayout(members: [file("b", size: 0), file("a", size: 0), file("b", size: 0)])
    }
    #expect(throws: ArchiveLayoutError.duplicateName(member: 1)) {
      let raw = ArchiveMember(name: [0xE9], size: 0, modificationTime: 0, mode: 0)
      return try ArchiveLayout(members: [raw, raw])
    }
  }

  @Test func directoryHasNoContent() {
    #expect(throws: ArchiveLayoutError.directoryWithContent(member: 0)) {
      try ArchiveLayout(members: [file("d/", size: 1)])
    }
  }

  @Test func archiveLongerThanAnyFileIsRefused() throws {
    let longest = UInt64(Int64.max)
    for sizes in [[longest], [.max], [.max, .max], [longest / 2, longest / 2, longest / 2]] {
      #expect(throws: ArchiveLayoutError.tooLong) {
        try ArchiveLayout(members: sizes.enumerated().map { file(String($0), size: $1) })
      }
    }
    // ZIP64 sizes, a ZIP64 central header, and the ZIP64 end records.
    let local: UInt64 = 30 + 1 + 20 + 9
    let central: UInt64 = 46 + 1 + 20 + 9
    let overhead = local + central + 98
    #expect(try ArchiveLayout(members: [file("a", size: longest - overhead)]).totalLength == longest)
    #expect(throws: ArchiveLayoutError.tooLong) {
      try ArchiveLayout(members: [file("a", size: longest - overhead + 1)])
    }
  }
}
