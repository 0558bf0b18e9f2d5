import Storage
import Glibc
import Posix
import Synchronization
import Testing

@testable import LocalStorage

@Suite struct PublishingTests {
  private let fixture = StoreFixture()

  @Test(arguments: [true, false]) func aPublishedFileCarriesItsMetadataAndNothingElseIsLeft(unnamed: Bool) throws {
    let store = try fixture.store(allowsUnnamed: unnamed)
    let metadata = try store.upload("a.jpg")
    #expect(try fixture.folder.read("images/a.jpg") == Array("content of a.jpg".utf8))
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") } == ["images/a.jpg"])
    #expect(try store.metadata(of: "a.jpg") == metadata)
    #expect(try store.list(PictureQuery(limit: 10)).images == [metadata])
    #expect(!store.hasPicturesToList)

    let file = try store.open("a.jpg")
    #expect(try file.attributeNames().sorted() == ["user.vitrine.facts", "user.vitrine.name"])
    #expect(try file.recordedMetadata()?.metadata(name: "a.jpg") == metadata)
    #expect(try file.attribute("user.vitrine.name") == Array("cat of a.jpg.jpg".utf8))
  }

  @Test func metadataOfTheLongestKindFitsIntoTheAttributes() throws {
    let store = try fixture.store()
    var file = try store.stage()
    try file.write([1].span)
    var metadata = try file.metadata(
      StoredName(String(repeating: "n", count: 251) + ".png")!, visibility: .unlisted,
      expires: Timestamp(seconds: 9_000_000_000))
    metadata.originalName = String(repeating: "ы", count: 127) + "\n"
    (metadata.width, metadata.height) = (Int(Int32.max), Int(Int32.max))
    try store.publish(file, metadata)
    let stored = try store.open(metadata.name)
    let size = try stored.attributeNames().reduce(0) { try $0 + $1.utf8.count + (stored.attribute($1)?.count ?? 0) }
    #expect(size < 1_000)
    #expect(try stored.recordedMetadata()?.metadata(name: metadata.name) == metadata)
  }

  @Test func metadataThatIsNotOfThisFileIsRefused() throws {
    let store = try fixture.store()
    var file = try store.stage()
    try file.write([1, 2].span)
    var metadata = try file.metadata("a.jpg")
    metadata.content.size = 3
    do {
      try store.publish(file, metadata)
      Issue.record("published")
    } catch {
      #expect(error.code == "io")
    }
    #expect(try store.names().isEmpty)
  }

  @Test func aTakenNameIsLeftAlone() throws {
    let store = try fixture.store()
    try store.upload("a.jpg")
    var other = try store.stage()
    try other.write([0].span)
    let metadata = try other.metadata("a.jpg")
    do {
      try store.publish(other, metadata)
      Issue.record("published")
    } catch {
      #expect(error == .objectExists)
    }
    #expect(try fixture.folder.read("images/a.jpg") == Array("content of a.jpg".utf8))
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") } == ["images/a.jpg"])
  }

  @Test func ofManyWhoWantANameOneGetsIt() throws {
    let stores = [try fixture.store(), try fixture.store(allowsUnnamed: false)]
    let outcomes = Mutex<[String]>([])
    var threads: [JoinedThread] = []
    for number in 0..<32 {
      threads.append(
        try JoinedThread {
          do {
            var file = try stores[number % 2].stage()
            try file.write([UInt8](repeating: UInt8(number), count: 1000).span)
            try stores[number % 2].publish(file, file.metadata("same.jpg"))
            outcomes.withLock { $0.append("stored \(number)") }
          } catch {
            outcomes.withLock { $0.append("\(error)") }
          }
        })
    }
    for thread in threads { thread.join() }
    let stored = outcomes.withLock { $0.filter { $0 != "\(StorageError.objectExists)" } }
    #expect(stored.count == 1)
    let bytes = try fixture.folder.read("images/same.jpg")
    #expect(stored == ["stored \(bytes[0])"])
    #expect(try stores[0].list(PictureQuery(limit: 10)).images.map(\.content.size) == [1000])
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") } == ["images/same.jpg"])
  }

  @Test func modesAreTheSameWhateverTheMask() async throws {
    // The mask is the process's: in one of its own, lest other tests see it.
    try HandedPath.leave(fixture.folder.path, for: "mask")
    await #expect(processExitsWith: .success) {
      let path = try HandedPath.take("mask")
      ProcessControl.setFileCreationMask(0o077)
      let fixture = StoreFixture(data: path + "/data")
      let store = try fixture.store()
      try store.upload("a.jpg")
      try fixture.store(allowsUnnamed: false).upload("b.jpg")
      _ = try PrivateFolder(dataFolder: fixture.data).secret()
      func mode(_ path: String) throws -> UInt32 { try fileStatus(atPath: fixture.data + path).mode & 0o7777 }
      try #require(try mode("") == 0o755)
      try #require(try mode("/images") == 0o755)
      try #require(try mode("/images/a.jpg") == 0o644)
      try #require(try mode("/images/b.jpg") == 0o644)
      try #require(try mode("/images/.vitrine") == 0o700)
      try #require(try mode("/.vitrine") == 0o700)
      try #require(try mode("/.vitrine/secret") == 0o600)
    }
  }

  @Test func aPrivateFolderThatOthersMayReadIsClosed() throws {
    _ = try fixture.store()
    chmod(fixture.data + "/.vitrine", 0o755)
    _ = try fixture.store()
    #expect(try fileStatus(atPath: fixture.data + "/.vitrine").mode & 0o777 == 0o700)
  }

  @Test func removedIsGoneEverywhere() throws {
    let store = try fixture.store()
    try store.upload("a.jpg")
    try store.remove("a.jpg")
    #expect(try store.names().isEmpty)
    #expect(try store.metadata(of: "a.jpg") == nil)
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") }.isEmpty)
    #expect(throws: StorageError.noSuchKey) { try store.remove("a.jpg") }
    #expect(throws: StorageError.noSuchKey) { _ = try store.open("a.jpg") }
  }

  @Test func aFileThatWasRemovedPastTheStoreLeavesTheListWhenItIsRemovedAgain() throws {
    let store = try fixture.store()
    try store.upload("a.jpg")
    unlink(fixture.data + "/images/a.jpg")
    #expect(try store.metadata(of: "a.jpg") == nil)
    #expect(throws: StorageError.noSuchKey) { try store.remove("a.jpg") }
    #expect(try store.names().isEmpty)
  }

  @Test func totalsCountWhatIsThere() throws {
    let store = try fixture.store()
    #expect(try store.totals() == PictureTotals())
    try store.upload("a.jpg")
    try store.upload("bb.jpg")
    try store.upload("c.jpg", visibility: .unlisted)
    #expect(try store.totals() == PictureTotals(listed: 2, unlisted: 1, bytes: 16 + 17 + 16))
  }

  @Test(arguments: ["", ".", "..", ".hidden", "a/b", "/a", "a\0", String(repeating: "x", count: 256)])
  func whatIsNoNameIsNone(text: String) {
    #expect(StoredName(text) == nil)
  }

  @Test func aPipeOrLinkUnderAPicturesNameIsNoPicture() throws {
    let store = try fixture.store()
    mkfifo(fixture.data + "/images/pipe.jpg", 0o644)
    symlink("/etc/passwd", fixture.data + "/images/link.jpg")
    for name: StoredName in ["pipe.jpg", "link.jpg"] {
      #expect(throws: StorageError.noSuchKey) { _ = try store.open(name) }
      #expect(try store.metadata(of: name) == nil)
    }
    #expect(try store.names().isEmpty)
  }
}
