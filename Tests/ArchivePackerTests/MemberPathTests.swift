import Testing

@testable import ArchivePacker

@Suite struct MemberPathTests {
  @Test(arguments: [
    ("a", "a"), ("a/b.txt", "a/b.txt"), ("./a", "a"), ("a/", "a"), ("a//b/./c/", "a/b/c"), (".", ""), ("./", ""),
    ("...", "..."), ("..a/b..", "..a/b.."), ("-", "-"),
  ])
  func relativePathKeepsItsName(_ path: String, name: String) {
    let member = MemberPath([UInt8](path.utf8))
    #expect(member.name == [UInt8](name.utf8))
    #expect(!member.wasAbsolute && !member.hadParent)
  }

  @Test(arguments: [("/", ""), ("/etc/hosts", "etc/hosts"), ("//x", "x")])
  func leadingSlashIsLeftOut(_ path: String, name: String) {
    let member = MemberPath([UInt8](path.utf8))
    #expect(member.name == [UInt8](name.utf8))
    #expect(member.wasAbsolute && !member.hadParent)
  }

  @Test(arguments: [("..", ""), ("../a", "a"), ("a/../b", "b"), ("../../x/../y/z", "y/z"), ("a/..", "")])
  func nothingLeadsUpwards(_ path: String, name: String) {
    let member = MemberPath([UInt8](path.utf8))
    #expect(member.name == [UInt8](name.utf8))
    #expect(member.hadParent)
  }
}
