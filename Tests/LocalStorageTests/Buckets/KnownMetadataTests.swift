import Foundation
import HTTPSemantics
import Posix
import Storage
import Testing

@testable import LocalStorage

/// Objects and settings that are known from before are given without a look at the disk, and never when they have changed.
struct KnownMetadataTests {
  private let fixture: BucketFixture
  private let key = Array("a/cat.jpg".utf8)

  init() throws {
    fixture = try BucketFixture()
    try fixture.put("a/cat.jpg", "first")
  }

  /// Opens the object until it is known: files that have just changed could change again within the same tick.
  private func known() throws -> OpenObject {
    let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
    while Clock.monotonicNanoseconds() < deadline {
      _ = try fixture.store.open(key, in: "photos1")
      if let object = fixture.store.openIfKnown(key, in: "photos1") { return object }
      Clock.sleep(nanoseconds: 20_000_000)
    }
    Issue.record("the object is not known")
    throw StorageError.noSuchKey
  }

  @Test func objectThatIsOpenedAgainIsKnown() throws {
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
    let object = try known()
    #expect(try object.file.descriptor.readAll(limit: 100) == Array("first".utf8))
    #expect(object.metadata == (try fixture.metadata("a/cat.jpg")))
    #expect(object.head == (try fixture.store.open(key, in: "photos1").head))
    #expect(fixture.store.openIfKnown(Array("a/dog.jpg".utf8), in: "photos1") == nil)
    #expect(fixture.store.openIfKnown(key, in: "photos2") == nil)
  }

  @Test func newContentIsNotTakenForTheOld() throws {
    _ = try known()
    try fixture.put("a/cat.jpg", "other")
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
    #expect(try fixture.get("a/cat.jpg") == "other")
  }

  @Test func newMetadataAreNotTakenForTheOld() throws {
    _ = try known()
    let other = try BucketStore(
      dataFolder: fixture.folder.path, privateFolder: PrivateFolder(dataFolder: fixture.folder.path)
    ) { _ in }
    try other.change(key, in: "photos1", .tags([NameValuePair("new", "tag")]))
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
    #expect(try fixture.metadata("a/cat.jpg").tags == [NameValuePair("new", "tag")])
  }

  @Test func removedObjectIsNotKnown() throws {
    _ = try known()
    try fixture.store.remove(key, in: "photos1")
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
    // Another file under the same name, without metadata of its own.
    try fixture.folder.write(Array("first".utf8), to: "buckets/photos1/a/cat.jpg")
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
  }

  @Test func fileThatIsOverwrittenInPlaceIsNotTakenForTheOld() throws {
    _ = try known()
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.folder.path + "/buckets/photos1/a/cat.jpg"))
    try file.write(contentsOf: Data("FIRST".utf8))
    try file.close()
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
  }

  @Test func objectsOfABucketThatHasAnotherNameAreNotKnownByTheOldOne() throws {
    _ = try known()
    let buckets = fixture.folder.path + "/buckets/"
    try FileManager.default.moveItem(atPath: buckets + "photos1", toPath: buckets + "photos2")
    #expect(fixture.store.openIfKnown(key, in: "photos1") == nil)
    #expect(fixture.store.knownConfiguration("photos1") == nil)
  }

  @Test func manyObjectsAreForgottenAgain() throws {
    let metadata = KnownMetadata()
    let status = try fixture.store.open(key, in: "photos1").file.descriptor.status()
    let found = try fixture.metadata("a/cat.jpg")
    let later = Timestamp(seconds: status.changed.seconds + 10)
    for number in 0..<2_000 { metadata.remember(found, of: Array("\(number)".utf8), in: "photos1", status, at: later) }
    let left = (0..<2_000).filter { metadata.find(Array("\($0)".utf8), in: "photos1") != nil }
    #expect(left.count <= 512 && left.last == 1_999)
    // One that is asked for again and again stays.
    for number in 2_000..<4_000 {
      metadata.remember(found, of: Array("\(number)".utf8), in: "photos1", status, at: later)
      #expect(metadata.find(Array("1999".utf8), in: "photos1") != nil)
    }
    metadata.remember(found, of: [1], in: "photos1", status, at: status.changed)
    #expect(metadata.find([1], in: "photos1") == nil)
  }

  // MARK: Settings of buckets

  @Test func newSettingsCountAtOnceWhicheverProcessSetsThem() throws {
    let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
    while fixture.store.knownConfiguration("photos1") == nil {
      _ = try fixture.store.configuration("photos1")
      if Clock.monotonicNanoseconds() > deadline { Issue.record("the settings are not known") }
      Clock.sleep(nanoseconds: 20_000_000)
    }
    #expect(fixture.store.knownConfiguration("photos1") == (try fixture.store.configuration("photos1")))
    let other = try BucketStore(
      dataFolder: fixture.folder.path, privateFolder: PrivateFolder(dataFolder: fixture.folder.path)
    ) { _ in }
    try other.configure("photos1", .accessControlList("public-read"))
    #expect(fixture.store.knownConfiguration("photos1") == nil)
    #expect(try fixture.store.configuration("photos1").acl == "public-read")
    #expect(fixture.store.knownConfiguration("photos1")?.acl == "public-read")
    try fixture.store.remove(key, in: "photos1")
    try other.delete("photos1")
    #expect(fixture.store.knownConfiguration("photos1") == nil)
  }
}
