import Storage
import Posix
import Testing

@testable import LocalStorage

struct ThumbnailTests {
  private let fixture = StoreFixture()

  private func stored(_ name: String, _ folder: String = "thumbs") -> [UInt8]? {
    try? FileDescriptor.open("\(fixture.data)/\(folder)/\(name)", .readOnly).readAll(limit: 1_000)
  }

  @Test func thumbnailsLieWhereTheWebServerReadsThem() throws {
    let store = try fixture.store()
    try store.upload("a.jpg")
    try store.keepThumbnail([1, 2], of: "a.jpg", .single)
    try store.keepThumbnail([3, 4], of: "a.jpg", .double)
    #expect(stored("a.jpg") == [1, 2])
    #expect(stored("a.jpg", "thumbs/2x") == [3, 4])
    #expect(try fileStatus(atPath: "\(fixture.data)/thumbs/a.jpg").mode & 0o777 == 0o644)
    #expect(try fileStatus(atPath: "\(fixture.data)/thumbs/2x").mode & 0o777 == 0o755)
  }

  @Test(arguments: [true, false]) func secondThumbnailOfAPictureChangesNothing(allowsUnnamed: Bool) throws {
    let store = try fixture.store(allowsUnnamed: allowsUnnamed)
    try store.upload("a.jpg")
    try store.keepThumbnail([1], of: "a.jpg", .single)
    try store.keepThumbnail([2], of: "a.jpg", .single)
    #expect(stored("a.jpg") == [1])
  }

  @Test func thumbnailsGoWithTheirPicture() throws {
    let store = try fixture.store()
    try store.upload("a.jpg")
    try store.keepThumbnail([1], of: "a.jpg", .single)
    try store.keepThumbnail([1], of: "a.jpg", .double)
    try store.remove("a.jpg")
    #expect(stored("a.jpg") == nil)
    #expect(stored("a.jpg", "thumbs/2x") == nil)
  }

  @Test func thumbnailThatComesAfterTheRemovalIsNotKept() throws {
    let store = try fixture.store()
    try store.keepThumbnail([1], of: "gone.jpg", .single)
    #expect(stored("gone.jpg") == nil)
  }

  @Test func thumbnailsOfFilesThatVanishedOrWereReplacedAreRemoved() throws {
    let store = try fixture.store()
    for name: StoredName in ["vanished.jpg", "replaced.jpg", "same.jpg"] {
      try store.upload(name)
      try store.keepThumbnail([1], of: name, .single)
    }
    try store.reconcile()
    try removeFile(atPath: "\(fixture.data)/images/vanished.jpg")
    try removeFile(atPath: "\(fixture.data)/images/replaced.jpg")
    let other = try FileDescriptor.open("\(fixture.data)/images/replaced.jpg", [.writeOnly, .create])
    try other.writeAll(Array("picture of something else".utf8))
    try store.reconcile()
    #expect(stored("vanished.jpg") == nil)
    #expect(stored("replaced.jpg") == nil)
    #expect(stored("same.jpg") == [1])
  }
}
