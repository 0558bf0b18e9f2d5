import Posix
import Testing

@testable import ArchivePacker

@Suite struct SavedFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: [true, false])
  func fileHasItsNameOnlyWhenPublished(canBeUnnamed: Bool) throws {
    var file = try SavedFile(name: folder("a.zip"), canBeUnnamed: canBeUnnamed)
    try file.descriptor.descriptor.writeAll([1, 2])
    #expect(try !folder.names().contains("a.zip"))
    try file.publish()
    #expect(try folder.names() == ["a.zip"])
    #expect(try folder.read("a.zip") == [1, 2])
  }

  @Test(arguments: [true, false])
  func nothingIsLeftOfAFileThatIsNotPublished(canBeUnnamed: Bool) throws {
    try folder.write("a.zip", [9])
    do {
      let file = try SavedFile(name: folder("a.zip"), canBeUnnamed: canBeUnnamed)
      try file.descriptor.descriptor.writeAll([1, 2])
      #expect(try folder.names().count == (canBeUnnamed ? 1 : 2))
    }
    #expect(try folder.names() == ["a.zip"])
    #expect(try folder.read("a.zip") == [9])
  }

  @Test(arguments: [true, false])
  func olderFileIsReplacedAndLendsItsPermissions(canBeUnnamed: Bool) throws {
    try folder.write("a.zip", [9])
    try FileDescriptor.open(folder("a.zip"), .readWrite).setMode(0o640)
    var file = try SavedFile(name: folder("a.zip"), canBeUnnamed: canBeUnnamed)
    try file.descriptor.descriptor.writeAll([1, 2])
    try file.publish()
    #expect(try folder.names() == ["a.zip"])
    #expect(try folder.read("a.zip") == [1, 2])
    #expect(try fileStatus(atPath: folder("a.zip")).mode & 0o777 == 0o640)
  }

  @Test func onlyAPlainFileIsReplaced() throws {
    try makeDirectories(folder("d"))
    #expect(throws: PackingError.notPlainFile(folder("d"))) { _ = try SavedFile(name: folder("d")) }
    #expect(throws: PackingError.notPlainFile("/dev/null")) { _ = try SavedFile(name: "/dev/null") }
    #expect(throws: PackingError.notPlainFile(".")) { _ = try SavedFile(name: ".") }
  }

  @Test func missingFolderIsNamed() throws {
    let name = folder("no/a.zip")
    #expect(throws: PackingError.cannotWrite(name, .noSuchFile)) { _ = try SavedFile(name: name) }
  }
}
