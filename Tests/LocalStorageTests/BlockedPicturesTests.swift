import Storage
import Posix
import Testing

@testable import LocalStorage

@Suite struct BlockedPicturesTests {
  private let fixture = StoreFixture()
  private let now = Timestamp(seconds: 1_737_727_200)

  /// Uploads given bytes under a name.
  private func upload(_ bytes: String, _ name: StoredName, to store: ImageStore) throws -> PictureMetadata {
    var file = try store.stage()
    try file.write(Array(bytes.utf8).span)
    let metadata = try file.metadata(name)
    try store.publish(file, metadata)
    return metadata
  }

  @Test func whatIsBlockedIsNotPublished() throws {
    let store = try fixture.store()
    let metadata = try upload("same", "a.jpg", to: store)
    for name: StoredName in ["b.jpg", "c.jpg"] { _ = try upload("same", name, to: store) }
    _ = try upload("other", "d.jpg", to: store)
    #expect(try Set(store.block(metadata.content.sha256)) == ["a.jpg", "b.jpg", "c.jpg"])
    #expect(throws: StorageError.refused(.blocked)) { try upload("same", "e.jpg", to: store) }
    #expect(try store.metadata(of: "e.jpg") == nil)
    #expect(try store.names() == ["d.jpg"])
  }

  @Test func everyStoreOfTheFolderKnowsAtOnce() throws {
    let (one, other) = (try fixture.store(), try fixture.store())
    let metadata = try upload("same", "a.jpg", to: one)
    #expect(try other.blocked.contains(metadata.content.sha256) == false)
    try one.block(metadata.content.sha256, at: now)
    #expect(throws: StorageError.refused(.blocked)) { try upload("same", "b.jpg", to: other) }
    try other.blocked.remove(metadata.content.sha256)
    _ = try upload("same", "b.jpg", to: one)
  }

  @Test func indexThatWasLostTakesNothingAlong() throws {
    let digest: [UInt8]
    do {
      let store = try fixture.store()
      digest = try upload("same", "a.jpg", to: store).content.sha256
      try store.block(digest, named: "cat", at: now)
    }
    let folder = try FileDescriptor.open("\(fixture.data)/.vitrine", [.readOnly, .directory])
    for name in ["index-3.db", "index-3.db-wal", "index-3.db-shm"] { try? folder.unlink(name) }
    let store = try fixture.store()
    #expect(throws: StorageError.refused(.blocked)) { try upload("same", "b.jpg", to: store) }
    #expect(try store.blocked.all() == [BlockedPicture(sha256: digest, name: "cat", blocked: now)])
  }

  @Test func whatIsNotBlockedCannotBeUnblocked() throws {
    let store = try fixture.store()
    #expect(throws: StorageError.noSuchKey) { try store.blocked.remove(Array(repeating: 1, count: 32)) }
    #expect(try store.blocked.all().isEmpty)
  }

  @Test func uploaderComesBackFromFileAndIndex() throws {
    let store = try fixture.store()
    var file = try store.stage()
    try file.write(Array("bytes".utf8).span)
    var metadata = try file.metadata("a.jpg")
    metadata.uploader = "2001:db8::1"
    try store.publish(file, metadata)
    #expect(try store.list(PictureQuery(limit: 1)).images.first?.uploader == "2001:db8::1")
    let folder = try FileDescriptor.open("\(fixture.data)/.vitrine", [.readOnly, .directory])
    for name in ["index-3.db", "index-3.db-wal", "index-3.db-shm"] { try? folder.unlink(name) }
    #expect(try fixture.store().metadata(of: "a.jpg")?.uploader == "2001:db8::1")
  }
}
