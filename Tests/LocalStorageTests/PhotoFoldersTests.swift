import Storage
import Foundation
import Posix
import Testing

@testable import LocalStorage

@Suite struct PhotoFoldersTests {
  private let folder = TemporaryFolder()
  private let trip = FolderName("trip")!

  private func folders(_ limits: FolderLimits = FolderLimits()) -> PhotoFolders {
    PhotoFolders(root: folder.path, limits: limits)
  }

  private func paths(_ members: [TreeMember]) -> [String] {
    members.map { String(decoding: $0.path, as: UTF8.self) }
  }

  @Test func regularFilesComeInTheOrderOfTheirBytes() throws {
    for name in ["b.jpg", "a/z.jpg", "a.jpg", "a-b.jpg", "Z.jpg", "ä.jpg", "a/y/deep.jpg"] {
      try folder.write(Array(name.utf8), to: "trip/\(name)")
    }
    let members = try folders().list(trip).members
    #expect(paths(members) == ["Z.jpg", "a-b.jpg", "a.jpg", "a/y/deep.jpg", "a/z.jpg", "b.jpg", "ä.jpg"])
    let status = try fileStatus(atPath: folder.path + "/trip/a/z.jpg")
    #expect(members[4].size == 7)
    #expect(members[4].mode == status.mode)
    #expect(members[4].modified == status.modified)
    #expect(members[4].version == .file(ContentVersion.FileState(status)))
  }

  @Test func hiddenNamesLinksAndSpecialFilesAreLeftOut() throws {
    try folder.write([1], to: "trip/a.jpg")
    try folder.write([1], to: "trip/.hidden.jpg")
    try folder.write([1], to: "trip/.git/config")
    try folder.write([1], to: "trip/inner/.thumbs")
    try folder.write([1], to: "outside/b.jpg")
    symlink("a.jpg", folder.path + "/trip/link.jpg")
    symlink("../outside", folder.path + "/trip/linked")
    mkfifo(folder.path + "/trip/pipe.jpg", 0o644)
    #expect(try paths(folders().list(trip).members) == ["a.jpg"])
  }

  @Test func namesAreBytes() throws {
    try folder.write([], to: "trip/x")
    let name: [UInt8] = [0x66, 0xFF, 0x0A, 0x67]
    let descriptor = (Array((folder.path + "/trip/").utf8) + name + [0]).withUnsafeBufferPointer { path in
      path.withMemoryRebound(to: CChar.self) { creat($0.baseAddress!, 0o644) }
    }
    write(descriptor, "abc", 3)
    close(descriptor)
    let members = try folders().list(trip).members
    #expect(members.map(\.path) == [name, [0x78]])
    let file = try folders().open(members[0], below: Array("trip".utf8))
    #expect(try file.readAll(limit: 9) == Array("abc".utf8))
  }

  @Test func anEmptyFolderIsAnEmptyList() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/trip/empty", withIntermediateDirectories: true)
    #expect(try folders().list(trip).members == [])
  }

  @Test func whatIsNoFolderIsNotFound() throws {
    try folder.write([1], to: "file")
    try folder.write([1], to: "real/a.jpg")
    symlink("real", folder.path + "/link")
    for name in ["none", "file", "link"] {
      #expect(throws: StorageError.noSuchKey) { try folders().list(FolderName(name)!) }
    }
    #expect(throws: StorageError.unavailable("opening the folder of all photo folders: \(Errno.noSuchFile)")) {
      try PhotoFolders(root: folder.path + "/nowhere").list(FolderName("a")!)
    }
  }

  @Test(arguments: ["", ".", "..", "a/b", "a b", "ä", "a.b", "a\0", String(repeating: "a", count: 129)])
  func whatIsNoFolderNameIsNone(text: String) {
    #expect(FolderName(text) == nil)
    #expect(FolderName(String(repeating: "a", count: 128)) != nil)
    #expect(FolderName("Az09_-") != nil)
  }

  @Test func theRootMayBeALink() throws {
    try folder.write([1], to: "photos/trip/a.jpg")
    symlink("photos", folder.path + "/current")
    #expect(try PhotoFolders(root: folder.path + "/current").list(trip).members.count == 1)
  }

  @Test func limitsHold() throws {
    try folder.write([1], to: "trip/1/2/3/a.jpg")
    try folder.write([1], to: "trip/b.jpg")
    #expect(try folders(FolderLimits(depth: 3, members: 2)).list(trip).members.count == 2)
    #expect(throws: StorageError.incompleteTree(TreeFlaw(path: Array("1/2/3".utf8), .tooDeep(limit: 2)))) {
      try folders(FolderLimits(depth: 2)).list(trip)
    }
    #expect(throws: StorageError.incompleteTree(TreeFlaw(path: [], .tooManyFiles(limit: 1)))) {
      try folders(FolderLimits(members: 1)).list(trip)
    }
  }

  @Test func depthCountsFromThePhotoFolderWhereverTheWalkBegins() throws {
    try folder.write([1], to: "trip/1/2/a.jpg")
    let (enough, tooFew) = (folders(FolderLimits(depth: 2)), folders(FolderLimits(depth: 1)))
    for path in ["", "trip", "trip/1"] {
      #expect(try enough.list(below: Array(path.utf8)).members.count == 1)
      #expect(throws: StorageError.self) { try tooFew.list(below: Array(path.utf8)) }
    }
    #expect(try PhotoListing(enough).files(from: .beginning, limit: 9).count == 1)
    #expect(try PhotoListing(tooFew).files(from: .beginning, limit: 9).count == 0)
  }

  @Test func pathThatNoCallTakesIsAFlaw() throws {
    // Made step by step: no call takes the whole path.
    let name = String(repeating: "n", count: 250)
    var location = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    for part in ["trip"] + Array(repeating: name, count: 17) {
      try location.makeDirectory(part, mode: 0o755)
      location = try location.open(part, [.readOnly, .directory])
    }
    // A long path that leads to no file harms nobody.
    #expect(try folders().list(trip).members == [])
    _ = try location.open("a.jpg", [.writeOnly, .create]).number
    let flaws = try folders().flaws(in: trip, limit: 9)
    #expect(flaws.map(\.reason) == [.pathTooLong(limit: 4_095)])
    #expect(flaws[0].path.count == 17 * 251 + 5)
    #expect(flaws[0].location.utf8.count < 400)
  }

  @Test(arguments: [
    "a.jpg.part", "A.JPG.PART", "b.filepart", "c.crdownload", "@eaDir/a.jpg", "x/@eadir/b", "Thumbs.db", "thumbs.db",
    "x/Desktop.ini",
  ])
  func whatTransfersAndSystemsLeaveBehindIsLeftOut(path: String) throws {
    try folder.write([1], to: "trip/\(path)")
    #expect(try folders().list(trip).members == [])
  }

  @Test(arguments: ["part", "a.parts", "a.part.jpg", "x.part/a.jpg", "Thumbs.db/a.jpg", "eaDir/a", "my desktop.ini"])
  func whatOnlyLooksLikeItIsPacked(path: String) throws {
    try folder.write([1], to: "trip/\(path)")
    #expect(try paths(folders().list(trip).members) == [path])
  }

  @Test func aDeepTreeTakesOneDescriptorPerLevel() throws {
    let path = (0..<32).map { "\($0)" }.joined(separator: "/")
    try folder.write([1], to: "trip/\(path)/a.jpg")
    for number in 0..<200 { try folder.write([1], to: "trip/wide-\(number)/a.jpg") }
    let members = try folders().list(trip).members
    #expect(members.count == 201)
  }

  @Test func filesOfOthersAreReadAndAClosedFolderFailsTheList() async throws {
    try folder.write([1], to: "trip/a.jpg")
    try folder.write([1], to: "trip/inner/b.jpg")
    chmod(folder.path, 0o755)
    // Root may read everything: another user looks, in a process of its own.
    try HandedPath.leave(folder.path, for: "others-files")
    await #expect(processExitsWith: .success) {
      let path = try HandedPath.take("others-files")
      chmod(path + "/trip/inner", 0)
      if ProcessControl.isRoot { setuid(65_534) }
      let folders = PhotoFolders(root: path)
      let trip = try #require(FolderName("trip"))
      var failure: StorageError?
      do { _ = try folders.list(trip) } catch { failure = error as? StorageError }
      try #require(
        failure == .incompleteTree(TreeFlaw(path: Array("inner".utf8), .unreadable(.accessDenied))))
      let status = try fileStatus(atPath: path + "/trip/a.jpg")
      let member = TreeMember(path: Array("a.jpg".utf8), status)
      _ = try folders.open(member, below: Array("trip".utf8))
    }
    chmod(folder.path + "/trip/inner", 0o755)
  }

  @Test func fileThatCannotBeReadIsNamedAndAShortageIsNot() {
    let path = Array("a.jpg".utf8)
    #expect(
      StorageError.io(.accessDenied, context: "opening").asFlaw(at: path)
        == .incompleteTree(TreeFlaw(path: path, .unreadable(.accessDenied))))
    for error in [StorageError(.tooManyDescriptors, "opening"), StorageError(.noMemory, ""), .noSuchKey] {
      #expect(error.asFlaw(at: path) == error)
    }
  }

  @Test func everythingThatCannotBeReadIsNamed() async throws {
    for path in ["trip/a.jpg", "trip/b.jpg", "trip/closed/c.jpg", "trip/@eaDir/d.jpg", "trip/.hidden/e.jpg"] {
      try folder.write([1], to: path)
    }
    chmod(folder.path, 0o755)
    try HandedPath.leave(folder.path, for: "named")
    await #expect(processExitsWith: .success) {
      let path = try HandedPath.take("named")
      for name in ["b.jpg", "closed", "@eaDir", ".hidden"] { chmod(path + "/trip/" + name, 0) }
      if ProcessControl.isRoot { setuid(65_534) }
      let folders = PhotoFolders(root: path)
      let trip = try #require(FolderName("trip"))
      let denied = TreeFlaw.Reason.unreadable(.accessDenied)
      let found = try folders.flaws(in: trip, limit: 9)
      try #require(
        found == [TreeFlaw(path: Array("closed".utf8), denied), TreeFlaw(path: Array("b.jpg".utf8), denied)])
      let members = ["a.jpg", "b.jpg"].map {
        TreeMember(path: Array($0.utf8), try! fileStatus(atPath: path + "/trip/" + $0))
      }
      try #require(try folders.firstUnreadable(of: members, below: Array("trip".utf8)) == found[1])
      try #require(try folders.firstUnreadable(of: [members[0]], below: Array("trip".utf8)) == nil)
    }
    for name in ["closed", "@eaDir", ".hidden"] { chmod(folder.path + "/trip/" + name, 0o755) }
  }

  /// Things that may happen to a file between the listing and the sending of it.
  static let changes: [(String, @Sendable (String) throws -> Void)] = [
    ("removed", { unlink($0) }),
    ("cut", { try FileDescriptor.open($0, .writeOnly).truncate(to: 1) }),
    ("grown", { try FileDescriptor.open($0, [.writeOnly, .append]).writeAll([1]) }),
    ("overwritten in location", { try FileDescriptor.open($0, .writeOnly).writeAll([9, 9, 9]) }),
    (
      "replaced by one of the same times and size",
      { path in
        let status = try fileStatus(atPath: path)
        let file = try FileDescriptor.open(path + ".new", [.writeOnly, .create])
        try file.writeAll([9, 9, 9])
        try file.setModificationTime(status.modified)
        rename(path + ".new", path)
      }
    ),
    (
      "replaced by a pipe",
      {
        unlink($0); mkfifo($0, 0o644)
      }
    ),
    (
      "replaced by a link",
      {
        rename($0, $0 + ".old"); symlink($0 + ".old", $0)
      }
    ),
    (
      "replaced by a folder",
      {
        unlink($0); mkdir($0, 0o755)
      }
    ),
  ]

  @Test(arguments: changes.indices) func aMemberThatChangedIsNotOpened(change: Int) throws {
    try folder.write([1, 2, 3], to: "trip/inner/a.jpg")
    let member = try #require(try folders().list(trip).members.first)
    _ = try folders().open(member, below: Array("trip".utf8))
    try folder.awaitAnotherTick()
    try Self.changes[change].1(folder.path + "/trip/inner/a.jpg")
    #expect(throws: StorageError.versionChanged) { _ = try folders().open(member, below: Array("trip".utf8)) }
  }

  @Test func aFolderThatBecameALinkIsNotFollowed() throws {
    try folder.write([1, 2, 3], to: "trip/inner/a.jpg")
    let member = try #require(try folders().list(trip).members.first)
    rename(folder.path + "/trip/inner", folder.path + "/trip/moved")
    symlink("moved", folder.path + "/trip/inner")
    #expect(throws: StorageError.versionChanged) { _ = try folders().open(member, below: Array("trip".utf8)) }
  }

  @Test func anOpenFileIsCheckedAgain() throws {
    try folder.write([1, 2, 3], to: "trip/a.jpg")
    let member = try #require(try folders().list(trip).members.first)
    let file = try folders().open(member, below: Array("trip".utf8))
    try member.check(file)
    try folder.awaitAnotherTick()
    try FileDescriptor.open(folder.path + "/trip/a.jpg", .writeOnly).writeAll([9])
    do {
      try member.check(file)
      Issue.record("unnoticed")
    } catch {
      #expect(error == .versionChanged)
    }
  }
}
