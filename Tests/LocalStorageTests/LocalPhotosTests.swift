import Foundation
import Posix
import Storage
import Testing

@testable import LocalStorage

/// The photo folders as a bucket.
@Suite struct LocalPhotosTests {
  private let folder = TemporaryFolder()
  private let photos: LocalPhotos

  init() throws {
    for path in ["trip/a.jpg", "trip/sub/b.png", "trip/z.txt", "walk/c.gif"] {
      try folder.write(Array(path.utf8), to: path)
    }
    try folder.write([1], to: "trip/.hidden")
    symlink("a.jpg", folder.path + "/trip/link.jpg")
    photos = LocalPhotos(PhotoFolders(root: folder.path), threads: DiskThreads())
  }

  private func key(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func photoIsAnObjectWithTheTypeOfItsNameAndATagThatIsNoMD5() async throws {
    let object = try await photos.open(key("trip/sub/b.png"), in: "photos", version: nil)
    let metadata = object.head.metadata
    #expect(metadata.contentType == "image/png" && metadata.size == 14 && metadata.etag.hasSuffix("-1"))
    #expect(try await photos.head(key("trip/sub/b.png"), in: "photos", version: "null") == object.head)
    guard case .bytes(let bytes)? = try await object.reader(0..<14).next(secured: true) else {
      Issue.record("no bytes")
      return
    }
    #expect(bytes == key("trip/sub/b.png"))
  }

  @Test func photoWhoseAttributesChangedIsOfAnotherVersion() async throws {
    let before = try await photos.open(key("trip/a.jpg"), in: "photos", version: nil)
    try folder.awaitAnotherTick()
    #expect(chmod(folder.path + "/trip/a.jpg", 0o600) == 0)
    await #expect(throws: StorageError.versionChanged) { try await before.reader(0..<1).check() }
    #expect(try await photos.head(key("trip/a.jpg"), in: "photos", version: nil).version != before.head.version)
  }

  @Test(arguments: ["trip", "trip/", "trip/.hidden", "trip/link.jpg", "trip/none", "../trip/a.jpg", "trip//a.jpg", ""])
  func whatIsNoPhotoIsNotThere(path: String) async {
    await #expect(throws: StorageError.noSuchKey) { try await photos.open(key(path), in: "photos", version: nil) }
  }

  @Test func otherBucketsAndVersionsAreNotThere() async {
    await #expect(throws: StorageError.noSuchBucket) { try await photos.head(key("trip/a.jpg"), in: "x", version: nil) }
    await #expect(throws: StorageError.noSuchVersion("1")) {
      try await photos.head(key("trip/a.jpg"), in: "photos", version: "1")
    }
  }

  @Test func listIsInTheOrderOfPathsAndCanBeJumpedThrough() async throws {
    let page = try await photos.list("photos", ObjectQuery(from: .after(key("trip/a.jpg")), limit: 2))
    #expect(page.map(\.key) == [key("trip/sub/b.png"), key("trip/z.txt")])
    let found = try await photos.scan(
      "photos", from: .beginning, grouping: nil, includesUnlisted: true, into: [[UInt8]]()
    ) { found, object in
      found.append(object.key)
      return object.key.starts(with: Array("trip/".utf8)) ? .seek(Array("trip0".utf8)) : .next
    }
    #expect(found == [key("trip/a.jpg"), key("walk/c.gif")])
  }

  @Test func nothingCanBeChanged() async {
    let refusal = StorageError.notAllowed(
      "The bucket photos can only be read: its folders are filled by FTP or by the site's own programs.")
    await #expect(throws: refusal) { try await photos.writer(of: key("trip/new.jpg"), in: "photos") }
    await #expect(throws: refusal) {
      try await photos.remove(key("trip/a.jpg"), in: "photos", version: nil, if: .none)
    }
    await #expect {
      try await photos.change(key("trip/a.jpg"), in: "photos", version: nil, .tags([]))
    } throws: { error in
      guard case StorageError.notAllowed = error else { return false }
      return true
    }
    #expect(folder.files.contains("trip/a.jpg"))
  }
}
