import Posix
import Testing

struct FileTests {
  let folder = TemporaryFolder()

  @Test func unnamedFileAppearsOnlyWhenLinked() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let file = try directory.openUnnamed()
    try file.writeAll(Array("content".utf8))
    #expect(try directory.directoryEntries().isEmpty)
    try file.link(as: "named", in: directory)
    #expect(try directory.directoryEntries().map(\.name) == [Array("named".utf8)])
    #expect(throws: Errno.fileExists) { try file.link(as: "named", in: directory) }
    #expect(try directory.open("named", .readOnly).readAll(limit: 100) == Array("content".utf8))
  }

  @Test func readAllRefusesMoreThanItsLimit() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let file = try directory.openUnnamed()
    try file.writeAll([UInt8](repeating: 7, count: 101))
    #expect(throws: Errno.self) { try file.readAll(limit: 100) }
    #expect(try file.readAll(limit: 101).count == 101)
  }

  @Test func bytesBehindTheEndAreLeftOut() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let file = try directory.openUnnamed()
    try file.writeAll([1, 2, 3])
    #expect(try file.bytes(in: 1..<9) == [2, 3] && file.bytes(in: 5..<9).isEmpty)
  }

  @Test func copyOfMoreThanThereIsIsAnError() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let source = try directory.openUnnamed()
    let target = try directory.openUnnamed()
    try source.writeAll([1, 2, 3])
    try target.copy(from: source, 0..<3, to: 0)
    #expect(try target.readAll(limit: 9) == [1, 2, 3])
    #expect(throws: Errno.inputOutput) { try target.copy(from: source, 1..<9, to: 0) }
  }

  @Test func openingBeneathRefusesLinksAndEscapes() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    try directory.makeDirectory("inside", mode: 0o755)
    let inside = try directory.open("inside", [.readOnly, .directory])
    try directory.open("secret", [.writeOnly, .create]).writeAll([1])
    try inside.open("plain", [.writeOnly, .create]).writeAll([2])
    #expect(try inside.openBeneath(Array("plain".utf8), .readOnly).readAll(limit: 9) == [2])
    for path in ["../secret", "/etc/passwd", "missing", "plain/../../secret"] {
      #expect(throws: Errno.self, "\(path)") { _ = try inside.openBeneath(Array(path.utf8), .readOnly).number }
    }
  }

  @Test func nameWithAZeroNamesNothing() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    try directory.makeDirectory("inside", mode: 0o755)
    let inside = try directory.open("inside", [.readOnly, .directory])
    try directory.open("secret", [.writeOnly, .create]).writeAll([1])
    #expect(throws: Errno.noSuchFile) { _ = try inside.open("..\0", [.readOnly, .directory]).number }
    #expect(throws: Errno.noSuchFile) { _ = try directory.open("secret\0.jpg", .readOnly).number }
    #expect(throws: Errno.noSuchFile) { _ = try FileDescriptor.open("\(folder.path)/secret\0.jpg", .readOnly).number }
    #expect(throws: Errno.noSuchFile) { try directory.makeDirectory("made\0", mode: 0o755) }
    #expect(throws: Errno.noSuchFile) { try directory.rename("secret", to: "other\0") }
    #expect(throws: Errno.noSuchFile) { try directory.unlink("secret\0") }
    #expect(throws: Errno.noSuchFile) { _ = try directory.status(of: "secret\0") }
    #expect(try Set(directory.directoryEntries().map(\.name)) == [Array("inside".utf8), Array("secret".utf8)])
  }

  @Test func attributesRoundTripWhateverTheirLength() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let file = try directory.openUnnamed()
    #expect(try file.attribute("user.vitrine.none") == nil)
    for count in [0, 1, 256, 257, 3_000] {
      let value = [UInt8](repeating: UInt8(count % 251), count: count)
      try file.setAttribute("user.vitrine.test", to: value)
      #expect(try file.attribute("user.vitrine.test") == value)
    }
    #expect(try file.attributeNames() == ["user.vitrine.test"])
  }

  @Test func directoriesGetTheirModeWhateverTheUmask() throws {
    let old = ProcessControl.setFileCreationMask(0o077)
    defer { ProcessControl.setFileCreationMask(old) }
    let made = try makeDirectories(folder.path + "/a/b/c", mode: 0o755)
    #expect(made.count == 3)
    #expect(try makeDirectories(folder.path + "/a/b/c").isEmpty)
    #expect(try fileStatus(atPath: folder.path + "/a/b").mode & 0o777 == 0o755)
  }

  @Test func writingAtAnOffsetLeavesThePositionAlone() throws {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let file = try directory.openUnnamed()
    try file.writeAll(Array("aaaa".utf8))
    try file.writeAll(Array("b".utf8).span, at: 1)
    try file.writeAll(Array("cc".utf8))
    #expect(try file.readAll(limit: 99) == Array("abaacc".utf8))
  }
}
