@testable import DurableFiles
import Storage
import Database
import Foundation
import Posix
import Testing

@testable import LocalStorage

@Suite struct ReconciliationTests {
  private let fixture = StoreFixture()

  private func put(_ name: String, _ text: String) throws {
    try fixture.folder.write(Array(text.utf8), to: "images/\(name)")
  }

  @Test func anIndexThatWasDeletedIsBuiltFromTheFiles() throws {
    var images: [PictureMetadata] = []
    do {
      let store = try fixture.store()
      images.append(try store.upload("a.jpg", at: 1))
      images.append(try store.upload("b.jpg", at: 2, visibility: .unlisted, expires: Timestamp(seconds: 9_000_000_000)))
      images.append(try store.upload("c.jpg", at: 3))
    }
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.data + "/.vitrine/\(StoreFixture.index)" + suffix)
    }
    let store = try fixture.store()
    #expect(try store.list(PictureQuery(limit: 9, includesUnlisted: true)).images == images.reversed())
    #expect(fixture.inspected.isEmpty)
  }

  @Test(arguments: [[""], ["", "-wal", "-shm"]].map { $0.map { StoreFixture.index + $0 } })
  func anIndexThatIsDeletedWhileInUseIsBuiltAnew(files: [String]) throws {
    let stores = [try fixture.store(), try fixture.store()]
    try stores[0].upload("a.jpg", at: 1)
    try stores[1].upload("b.jpg", at: 2)
    for file in files { try FileManager.default.removeItem(atPath: fixture.data + "/.vitrine/" + file) }
    try stores[0].upload("c.jpg", at: 3)
    #expect(try stores[1].names() == ["c.jpg", "b.jpg", "a.jpg"])
    try stores[1].upload("d.jpg", at: 4)
    #expect(try stores[0].names() == ["d.jpg", "c.jpg", "b.jpg", "a.jpg"])
    #expect(try fixture.store().names() == ["d.jpg", "c.jpg", "b.jpg", "a.jpg"])
    #expect(fixture.logged.isEmpty)
  }

  @Test func metadataOfAnotherVersionStaysAsItIs() throws {
    let store = try fixture.store()
    try fixture.folder.write(Array("picture".utf8), to: "images/later.png")
    let metadata = Array("version=2\nvisibility=hidden".utf8)
    let file = try store.open("later.png")
    try file.setAttribute(PictureAttributes.metadataAttribute, to: metadata)
    try store.reconcile()
    #expect(try store.metadata(of: "later.png")?.visibility == .unlisted)
    #expect(try store.names().isEmpty)
    #expect(try file.attribute(PictureAttributes.metadataAttribute) == metadata)
  }

  @Test(.enabled(if: geteuid() == 0)) func aFileThatMayNotBeReadKeepsNoOtherFromBeingListed() async throws {
    let all = try fixture.store()
    try all.upload("own.jpg")
    try all.upload("theirs.jpg")
    try HandedPath.leave(fixture.data, for: "closed-file")
    await #expect(processExitsWith: .success) {
      let path = try HandedPath.take("closed-file")
      let names = try FileManager.default.subpathsOfDirectory(atPath: path)
      for name in names + [""] { lchown("\(path)/\(name)", 65_534, 65_534) }
      lchown("\(path)/images/theirs.jpg", 0, 0)
      chmod("\(path)/images/theirs.jpg", 0o600)
      for name in names where name.contains(".db") { unlink("\(path)/\(name)") }
      setgid(65_534)
      setuid(65_534)
      let store = try StoreFixture(data: path).store()
      #expect(try store.names() == ["own.jpg"])
      let again = try store.reconcile()
      #expect(again.unreadable == 1 && again.obstacle != nil)
    }
  }

  @Test func anIndexThatIsNoDatabaseIsPutAsideWithALineInTheLog() throws {
    do { try fixture.store().upload("a.jpg") }
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.data + "/.vitrine/\(StoreFixture.index)" + suffix)
    }
    let garbage = Array(String(repeating: "garbage ", count: 2000).utf8)
    try fixture.folder.write(garbage, to: ".vitrine/\(StoreFixture.index)")
    let store = try fixture.store()
    #expect(try store.names() == ["a.jpg"])
    #expect(fixture.logged.count == 1)
    #expect(fixture.logged.first?.contains("\(StoreFixture.index) is damaged") == true)
    #expect(try fixture.folder.read(".vitrine/\(StoreFixture.index).damaged") == garbage)
    try store.upload("b.jpg")
  }

  @Test func anIndexThatBreaksWhileInUseIsPutAside() throws {
    let store = try fixture.store()
    for number in 0..<50 { try store.upload(StoredName("\(number).jpg")!, at: Int64(number)) }
    try store.index.access { (connection) throws(DatabaseError) in
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let other = try fixture.store()
    let path = fixture.data + "/.vitrine/\(StoreFixture.index)"
    let size = try fileStatus(atPath: path).size
    let file = try FileDescriptor.open(path, .readWrite)
    // All but the first page, which every connection has read already.
    try file.writeAll([UInt8](repeating: 0xA5, count: Int(size) - 4096).span, at: 4096)
    #expect(try other.names(PictureQuery(limit: 100)).count == 50)
    #expect(fixture.logged.count == 1)
    #expect(try store.names(PictureQuery(limit: 100)).count == 50)
    #expect(fixture.logged.count == 1)
  }

  @Test func aPowerCutsLossIsMadeUpFor() throws {
    let store = try fixture.store()
    try store.upload("a.jpg", at: 1)
    _ = try store.names()
    // The row did not get to the disk; the file did. The next boot has another name.
    try store.index.remove("a.jpg")
    try store.index.markComplete(boot: "the boot before")
    #expect(try fixture.store().names() == ["a.jpg"])
  }

  @Test func filesThatCameByAnotherWayAreInspectedOnce() throws {
    let store = try fixture.store()
    _ = try store.names()
    try put("new.png", "picture of a cat")
    try put("notes.txt", "no image at all")
    try put(".hidden.png", "picture")
    try put("folder/inner.png", "picture")
    symlink("new.png", fixture.data + "/images/link.png")
    mkfifo(fixture.data + "/images/pipe.png", 0o644)
    let result = try store.reconcile()
    #expect((result.files, result.listed, result.foreign, result.dropped) == (2, 1, 1, 0))
    let image = try #require(try store.list(PictureQuery(limit: 9)).images.first)
    #expect((image.name, image.originalName) == ("new.png", "new.png"))
    #expect((image.mediaType, image.width, image.height) == ("image/png", 3, 4))
    #expect(image.content.size == 16)
    #expect(image.uploadedAt == (try store.folder.status(of: "new.png")?.modified))
    #expect(try store.names() == ["new.png"])

    #expect(try store.reconcile().listed == 0)
    #expect(fixture.inspected.sorted() == ["new.png", "notes.txt"])
    #expect(try store.metadata(of: "notes.txt") == nil)
    #expect(fixture.inspected.count == 2)
    // The metadata stay with the file, when the index does not.
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.data + "/.vitrine/\(StoreFixture.index)" + suffix)
    }
    #expect(try store.list(PictureQuery(limit: 9)).images == [image])
    #expect(fixture.inspected.filter { $0 == "new.png" }.count == 1)
  }

  @Test func aForeignFileThatBecomesAPictureIsListedAndTheOtherWayRound() throws {
    let store = try fixture.store()
    try put("a.png", "half of")
    try put("b.png", "picture")
    try store.reconcile()
    #expect(try store.names() == ["b.png"])
    try put("a.png", "picture at last")
    try put("b.png", "no more")
    try store.reconcile()
    #expect(try store.names() == ["a.png"])
    try FileManager.default.removeItem(atPath: fixture.data + "/images/b.png")
    #expect(try store.reconcile().dropped == 1)
  }

  @Test func aFileThatWasOverwrittenInPlaceHasNewMetadata() throws {
    let store = try fixture.store()
    let before = try store.upload("a.jpg")
    let file = try FileDescriptor.open(fixture.data + "/images/a.jpg", .readWrite)
    try file.writeAll(Array("picture of a".utf8).span, at: 0)
    #expect(try store.metadata(of: "a.jpg")?.mediaType == "image/png")
    let after = try #require(try store.metadata(of: "a.jpg"))
    #expect(after.content.sha256 != before.content.sha256)
    #expect(try store.list(PictureQuery(limit: 1)).images == [after])
    #expect(fixture.inspected == ["a.jpg"])
  }

  @Test func aCopyThatWasRestoredWithOtherTimesKeepsItsMetadata() throws {
    let store = try fixture.store()
    let metadata = try store.upload("a.jpg")
    try FileDescriptor.open(fixture.data + "/images/a.jpg", .readWrite)
      .setModificationTime(Timestamp(seconds: 1_000_000_000))
    try store.reconcile()
    #expect(try store.list(PictureQuery(limit: 1)).images == [metadata])
    let recorded = try FileDescriptor.open(fixture.data + "/images/a.jpg", .readOnly).recordedMetadata()
    #expect(recorded?.modified == Timestamp(seconds: 1_000_000_000))
    #expect(fixture.inspected.isEmpty)
  }

  @Test func aFileThatWentLeavesTheList() throws {
    let store = try fixture.store()
    try store.upload("a.jpg", at: 1)
    try store.upload("b.jpg", at: 2)
    #expect(try store.names() == ["b.jpg", "a.jpg"])
    try FileManager.default.removeItem(atPath: fixture.data + "/images/a.jpg")
    #expect(try store.names() == ["b.jpg", "a.jpg"])
    #expect(try store.reconcile().dropped == 1)
    #expect(try store.names() == ["b.jpg"])
  }

  @Test func uploadsAndDeletionsDuringReconciliationsAreNotLost() throws {
    let store = try fixture.store()
    let other = try fixture.store()
    let reconciling = try JoinedThread {
      for _ in 0..<20 {
        do { try other.reconcile() } catch { Issue.record(error) }
      }
    }
    var threads: [JoinedThread] = []
    for thread in 0..<4 {
      threads.append(
        try JoinedThread {
          for number in 0..<10 {
            let name = StoredName("\(thread)-\(number).jpg")!
            do {
              try store.upload(name)
              if number.isMultiple(of: 2) { try store.remove(name) }
            } catch {
              Issue.record(error)
            }
          }
        })
    }
    for thread in threads { thread.join() }
    reconciling.join()
    let expected = (0..<4).flatMap { thread in [1, 3, 5, 7, 9].map { "\(thread)-\($0).jpg" } }
    #expect(try store.names().sorted() == expected.sorted())
  }

  @Test(arguments: [
    "", "version=1", "version=2\ntype=image/png", "no equals sign", "\u{0}\u{1}", "version=1\nwidth=x",
  ])
  func attributesThatCannotBeReadAreNone(text: String) {
    #expect(PictureAttributes(Array(text.utf8), originalName: "x") == nil)
  }

  @Test func keysOfLaterVersionsAreSkipped() throws {
    let file = try StoredFolder(path: fixture.data, owner: .current()).stage()
    let recorded = PictureAttributes(try file.metadata("a.jpg"), modified: Timestamp(seconds: 5))
    #expect(
      PictureAttributes(recorded.encoded + Array("\nlater=a=b".utf8), originalName: recorded.originalName) == recorded)
  }
}
