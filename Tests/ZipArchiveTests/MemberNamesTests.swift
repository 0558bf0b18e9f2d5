import Testing
import ZipArchive

@Suite struct MemberNamesTests {
  private func exact(_ names: [[UInt8]]) -> [String] {
    MemberNames.exact.names(for: names).map { String(decoding: $0, as: UTF8.self) }
  }

  private func latin1(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  @Test func wellFormedNamesStayAsTheyAre() {
    let names = ["a/b.txt", "é", "漢/🙂", "new\nline", "back\\slash", "50%"].map { [UInt8]($0.utf8) }
    #expect(MemberNames.exact.names(for: names) == names)
  }

  @Test(arguments: [
    ([0x63, 0xE9, 0x2E, 0x6A] as [UInt8], "c%E9.j"),
    ([0xC3, 0xA9, 0xE9], "é%E9"),
    ([0xC0, 0xAF], "%C0%AF"),
    ([0xED, 0xA0, 0x80], "%ED%A0%80"),
    ([0xF0, 0x9F, 0x99], "%F0%9F%99"),
    ([0xE9, 0x2F, 0x61, 0x2F, 0xFF], "%E9/a/%FF"),
    ([0xE9, 0x2F], "%E9/"),
  ])
  func bytesThatAreNotUTF8AreWrittenInHexadecimal(_ name: [UInt8], expected: String) {
    #expect(exact([name]) == [expected])
  }

  @Test func takenNameIsNumberedBeforeItsExtension() {
    let names = [latin1("é.jpg"), [UInt8]("%E9.jpg".utf8), [UInt8]("%E9~2.jpg".utf8)]
    #expect(exact(names) == ["%E9~3.jpg", "%E9.jpg", "%E9~2.jpg"])
  }

  @Test func foldersThatLookTheSameStayApart() {
    let names = [latin1("é/a"), [UInt8]("%E9/a".utf8), latin1("é/b")]
    #expect(exact(names) == ["%E9~2/a", "%E9/a", "%E9~2/b"])
  }

  @Test func fileIsNotNamedLikeAFolder() {
    #expect(exact([latin1("x/é"), [UInt8]("x/%E9/a".utf8)]) == ["x/%E9~2", "x/%E9/a"])
  }

  @Test func longNamesStayShortEnoughForFileSystems() {
    let first = [UInt8](repeating: 0xE9, count: 200)
    let second = [UInt8](repeating: 0xE8, count: 200)
    let underscores = String(repeating: "_", count: 200)
    #expect(exact([first, second, [0xE9]]) == [underscores, underscores + "~2", "%E9"])
  }

  @Test func manyFilesOfOneLookGetTheirNamesInLinearTime() throws {
    let names = (0..<3000).map { (number: Int) -> [UInt8] in
      let ending: [UInt8] = [UInt8(0x80 + number / 64), UInt8(0x80 + number % 64)]
      return [UInt8](repeating: 0xE9, count: 250) + ending
    }
    #expect(Set(MemberNames.exact.names(for: names)).count == 3000)
  }

  @Test func layoutUsesThePortableName() throws {
    let layout = try ArchiveLayout(members: [
      ArchiveMember(name: [0xE9], size: 1, modificationTime: 0, mode: 0o100644)
    ])
    #expect(layout.member(0).name == [UInt8]("%E9".utf8))
    #expect(layout.localHeader(of: 0, checksum: 0).count == 30 + 3 + 9)
  }
}
