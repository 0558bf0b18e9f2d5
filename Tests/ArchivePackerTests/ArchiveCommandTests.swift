import ArchiveFixture
import Glibc
import Posix
import Testing

@testable import ArchivePacker

@Suite struct ArchiveCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func foldersArePackedWholeWithHiddenFilesAndEmptyFolders() throws {
    try folder.write("p/b.txt", text(3000))
    try folder.write("p/.hidden/x", [1])
    try folder.write("p/a/deep/file.jpg", noise(3000))
    try folder.write("p/zero")
    try makeDirectories(folder("p/empty"))
    let outcome = try archive([folder("p")])
    #expect(outcome.status == 0)
    let members = try readArchive(outcome.output)
    let names = ["p/.hidden/x", "p/a/deep/file.jpg", "p/b.txt", "p/empty/", "p/zero"].map(folder.member)
    #expect(members.map(\.name) == names)
    #expect(members.map(\.content) == [[1], noise(3000), text(3000), [], []])
    #expect(members.map(\.method) == [0, 0, 8, 0, 0])
    #expect(members.map { $0.mode & 0o170000 } == [0o100000, 0o100000, 0o100000, 0o040000, 0o100000])
  }

  @Test(arguments: ["-0", "-1", "-9"])
  func standardOutputAndSavedFileGetTheSameBytes(level: String) throws {
    let sizes = [0, 1, 262_143, 262_144, 262_145, 1_048_575, 1_048_576, 1_048_577]
    for size in sizes {
      try folder.write("p/noise\(size)", noise(size))
      try folder.write("p/text\(size)", text(size))
    }
    let streamed = try archive([folder("p"), level])
    let saved = try archive([folder("p"), level, "--save", folder("out.zip")])
    #expect(streamed.status == 0 && saved.status == 0 && saved.output.isEmpty)
    #expect(try folder.read("out.zip") == streamed.output)
    let members = try readArchive(streamed.output)
    #expect(members.count == 2 * sizes.count)
    for member in members {
      let name = member.name.split(separator: "/").last ?? ""
      #expect(name == "noise\(member.content.count)" || name == "text\(member.content.count)")
      #expect(member.method == (name.hasPrefix("noise") || member.content.count < 2 || level == "-0" ? 0 : 8))
    }
  }

  @Test func portableNamesAreForThoseWhoAskForThem() throws {
    for name in ["p/12:30.jpg", "p/CON", "p/a", "p/A"] { try folder.write(name, [1]) }
    let plain = try archive([folder("p")])
    #expect(try readArchive(plain.output).map(\.name) == ["p/12:30.jpg", "p/A", "p/CON", "p/a"].map(folder.member))
    let portable = try archive([folder("p"), "--portable-names"])
    #expect(
      try readArchive(portable.output).map(\.name) == ["p/12_30.jpg", "p/A", "p/CON_", "p/a~2"].map(folder.member))
    #expect(portable.said.contains("cannot be unpacked everywhere") && !plain.said.contains("everywhere"))
  }

  @Test func namesThatAreNotUTF8AreMadeReadable() throws {
    try folder.write([UInt8]("p/caf".utf8) + [0xE9], [1])
    try folder.write("p/caf%E9", [2])
    let outcome = try archive([folder("p")])
    let members = try readArchive(outcome.output)
    #expect(Set(members.map(\.name)) == [folder.member("p/caf%E9"), folder.member("p/caf%E9~2")])
    #expect(outcome.said.contains(#"caf\xE9" is not UTF-8"#))
    // Also when the file itself is named.
    let named = try archive([[UInt8]("\(folder.path)/p/caf".utf8) + [0xE9]])
    #expect(try readArchive(named.output).map(\.content) == [[1]])
  }

  @Test func linksAndSpecialFilesInFoldersAreLeftOutWithANote() throws {
    try folder.write("p/file", [1])
    symlink("file", folder("p/link"))
    mkfifo(folder("p/pipe"), 0o644)
    let outcome = try archive([folder("p")])
    #expect(outcome.status == 0)
    #expect(try readArchive(outcome.output).map(\.name) == [folder.member("p/file")])
    #expect(outcome.said.contains("p/link\": a symbolic link"))
    #expect(outcome.said.contains("p/pipe\": not a plain file"))
  }

  @Test func linkOnTheCommandLineIsFollowed() throws {
    try folder.write("p/file", [1])
    symlink("p", folder("folder"))
    symlink("p/file", folder("alias"))
    let outcome = try archive([folder("alias"), folder("folder")])
    #expect(try readArchive(outcome.output).map(\.name) == ["alias", "folder/file"].map(folder.member))
  }

  @Test func archiveLeavesItselfOut() throws {
    try folder.write("file", [1])
    try folder.write("out.zip", [9])
    for _ in 0..<2 {
      let outcome = try archive([folder.path, "--save", folder("out.zip")])
      #expect(outcome.status == 0)
      #expect(outcome.said.contains("out.zip\": it is the archive"))
      #expect(try readArchive(folder.read("out.zip")).map(\.name) == [folder.member("file")])
    }
    let alone = try archive([folder("out.zip"), "--save", folder("out.zip")])
    #expect(alone.status == 1 && alone.said.contains("nothing to pack"))
  }

  @Test func reproducibleArchiveDependsOnNamesAndContentsAlone() throws {
    try folder.write("p/b", text(5000))
    try folder.write("p/a", [1])
    try FileDescriptor.open(folder("p/a"), .readWrite).setMode(0o700)
    let first = try archive([folder("p/b"), folder("p/a"), "--reproducible"])
    try FileDescriptor.open(folder("p/b"), .readWrite).setModificationTime(Timestamp(seconds: 1))
    try FileDescriptor.open(folder("p/b"), .readWrite).setMode(0o600)
    let second = try archive([folder("p"), "--reproducible"])
    #expect(first.output == second.output)
    let members = try readArchive(second.output)
    #expect(members.map(\.mode) == [0o100755, 0o100644])
    #expect(members.map(\.time) == [315_532_800, 315_532_800])
    let dated = try archive([folder("p"), "--reproducible"], environment: ["SOURCE_DATE_EPOCH": "1700000000"])
    #expect(try readArchive(dated.output).map(\.time) == [1_700_000_000, 1_700_000_000])
    let wrong = try archive([folder("p"), "--reproducible"], environment: ["SOURCE_DATE_EPOCH": "today"])
    #expect(wrong.status == 2 && wrong.output.isEmpty)
  }

  @Test func everyFileThatCannotBeReadIsNamedAndNothingIsWritten() throws {
    try folder.write("file", text(100_000))
    try folder.write("old.zip", [9])
    symlink("nowhere", folder("dangling"))
    let arguments = [folder("file"), folder("missing"), folder("dangling")]
    let streamed = try archive(arguments)
    #expect(streamed.status == 1 && streamed.output.isEmpty)
    #expect(streamed.said.contains("missing\": No such file or directory"))
    #expect(streamed.said.contains("dangling\": No such file or directory"))
    let saved = try archive(arguments + ["--save", folder("old.zip")])
    #expect(saved.status == 1)
    #expect(try folder.read("old.zip") == [9])
    #expect(try folder.names() == ["dangling", "file", "old.zip"])
  }

  @Test func fileNamedTwiceIsPackedOnce() throws {
    try folder.write("p/file", [1])
    let outcome = try archive([folder("p"), folder("p/file"), folder("./p//file")])
    #expect(try readArchive(outcome.output).map(\.name) == [folder.member("p/file")])
  }

  @Test func differentFilesOfOneNameAreRefused() throws {
    try folder.write("p/x", [1])
    try folder.write("q/x", [2])
    try makeDirectories(folder("p/d"))
    try makeDirectories(folder("q/d"))
    let same = try archive([folder("p/d/../x"), folder("q/d/../x")])
    #expect(same.status == 1 && same.output.isEmpty)
    #expect(same.said.contains("would both be \"x\" in the archive"))
  }

  @Test func fileNamedLikeAnotherFilesFolderIsRefused() throws {
    try folder.write("p/a", [1])
    try folder.write("q/a/b", [2])
    try makeDirectories(folder("p/d"))
    let outcome = try archive([folder("p/d/../a"), folder("q/a/../a")])
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.said.contains("which is a folder there"))
  }

  @Test func terminalIsNoPlaceForAnArchive() throws {
    let terminal = SharedDescriptor(try FileDescriptor.open("/dev/ptmx", .readWrite))
    let isTerminal = terminal.descriptor.isTerminal
    try #require(isTerminal)
    let diagnostics = SharedDescriptor(
      try FileDescriptor.open("/tmp", [.readOnly, .directory]).openUnnamed())
    let status = run(
      [[UInt8]("/etc/hostname".utf8)],
      in: Dependencies(output: terminal, diagnostics: diagnostics, environment: { _ in nil }))
    #expect(status == 2)
    let said = String(decoding: try diagnostics.descriptor.readAll(limit: 4096), as: UTF8.self)
    #expect(said.contains("--save NAME"))
  }

  @Test func wrongUsageMakesNoArchive() throws {
    let outcome = try archive([String]())
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.said.split(separator: "\n").count == 1)
  }

  @Test func messagesStayOnOneLine() throws {
    let outcome = try archive([folder("no\nsuch\u{1B}[2Jfile")])
    #expect(outcome.status == 1)
    #expect(outcome.said.split(separator: "\n").allSatisfy { $0.hasPrefix("vitrine archive: ") })
    #expect(outcome.said.contains(#"no\x0Asuch\x1B[2Jfile"#))
  }
}
