import Storage
import Foundation
import Posix
import Testing

@testable import LocalStorage

/// Pictures that are published and wait to be listed.
@Suite struct PublishedPicturesTests {
  private let fixture = StoreFixture()

  @Test func aListAgreesWithWhatAnotherProcessPublished() throws {
    let (writer, reader) = (try fixture.store(), try fixture.store())
    var expected: [String] = []
    for number in 0..<40 {
      let name = StoredName("\(number).jpg")!
      try writer.upload(name, at: Int64(number))
      expected.insert(name.text, at: 0)
      #expect(try reader.names() == expected)
      #expect(try reader.totals().listed == UInt64(number + 1))
    }
    #expect(try writer.names() == expected)
    #expect(!writer.hasPicturesToList)
  }

  @Test func aNameThatIsUsedAgainIsListedAgain() throws {
    let (writer, reader) = (try fixture.store(), try fixture.store())
    for _ in 0..<3 {
      try writer.upload("a.jpg")
      #expect(try reader.names() == ["a.jpg"])
      try reader.remove("a.jpg")
      #expect(try reader.names().isEmpty)
      try writer.upload("a.jpg")
      #expect(try reader.names() == ["a.jpg"])
      try reader.remove("a.jpg")
      try writer.listPublished()
      #expect(try reader.names().isEmpty)
    }
  }

  @Test func whatNobodyAsksForIsListedInGroups() throws {
    let store = try fixture.store()
    for number in 0..<280 {
      try store.upload(StoredName("\(number).jpg")!)
      #expect(store.published.count <= PublishedPictures.limit)
    }
    #expect(store.hasPicturesToList)
    #expect(try store.names().count == 280)
    #expect(!store.hasPicturesToList)
    let journal = try #require(fixture.journals.first)
    #expect(try fixture.folder.read(journal).isEmpty)
  }

  @Test func copyThatIsNotListedYetIsBlockedToo() throws {
    let (writer, other) = (try fixture.store(), try fixture.store())
    let metadata = try writer.upload("a.jpg")
    #expect(try other.block(metadata.content.sha256) == ["a.jpg"])
    #expect(try writer.names().isEmpty)
    #expect(throws: StorageError.refused(.blocked)) { try writer.upload("a.jpg") }
    #expect(try other.names().isEmpty)
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") }.isEmpty)
  }

  @Test func whatIsBlockedWhileItIsPublishedDoesNotStay() throws {
    let store = try fixture.store()
    var staged = try store.stage()
    try staged.write(Array("content".utf8).span)
    let digest = try staged.digests().sha256
    let threads = try (0..<8).map { number in
      try JoinedThread { [fixture] in
        guard let store = try? fixture.store(), var file = try? store.stage() else { return }
        try? file.write(Array("content".utf8).span)
        guard let metadata = try? file.metadata(StoredName("\(number).jpg")!) else { return }
        try? store.publish(file, metadata)
        // One that was there before the block waits to be listed by its own process.
        try? store.listPublished()
      }
    }
    try store.block(digest)
    for thread in threads { thread.join() }
    #expect(try store.names().isEmpty)
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") }.isEmpty)
    #expect(fixture.journals.allSatisfy { (try? fixture.folder.read($0))?.isEmpty == true })
  }

  @Test func whatWasBlockedBeforeItsProcessWasKilledIsNotListed() throws {
    let killed = try fixture.store(owner: StoreFixture.deadOwner)
    let metadata = try killed.upload("a.jpg")
    let store = try fixture.store()
    try store.blocked.add([BlockedPicture(sha256: metadata.content.sha256, name: "", blocked: Clock.now())])
    try store.settleIntents()
    #expect(try store.names().isEmpty)
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") }.isEmpty)
  }

  @Test func whatIsNoJournalDoesNotKeepAnythingFromBeingListed() throws {
    let (writer, reader) = (try fixture.store(), try fixture.store())
    try writer.upload("a.jpg")
    try FileManager.default.createDirectory(
      atPath: fixture.data + "/.vitrine/published/folder", withIntermediateDirectories: true)
    mkfifo(fixture.data + "/.vitrine/published/pipe", 0o600)
    symlink("/dev/zero", fixture.data + "/.vitrine/published/link")
    try fixture.folder.write([UInt8](repeating: 1, count: 5 << 20), to: ".vitrine/published/large")
    #expect(try reader.names() == ["a.jpg"])
  }

  @Test func picturesAreFoundOneByOneBeforeTheyAreListed() throws {
    let (writer, reader) = (try fixture.store(), try fixture.store())
    let metadata = try writer.upload("a.jpg", visibility: .unlisted)
    #expect(try reader.metadata(of: "a.jpg") == metadata)
    #expect(try reader.names().isEmpty)
    #expect(try reader.totals() == PictureTotals(listed: 0, unlisted: 1, bytes: metadata.content.size))
  }
}
