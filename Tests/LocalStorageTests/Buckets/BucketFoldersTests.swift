@testable import DurableFiles
import Storage
import Foundation
import HTTPSemantics
import Posix
import Testing

@testable import LocalStorage

/// Folders of objects: as deep as keys go, without objects in them, and with what dead processes left.
struct BucketFoldersTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  @Test(arguments: [
    String(repeating: "/", count: 128), Array(repeating: "d", count: 129).joined(separator: "/"),
    String(repeating: "../", count: 128),
  ])
  func keyMayHaveManyFolders(key: String) throws {
    try fixture.put(key, "deep")
    // On a thread with the stack that the program's have.
    let outcome = Monitor<Result<[String], any Error>?>(nil)
    let thread = try Posix.Thread(name: "deep") { [fixture] in
      let result = Result {
        try fixture.store.scan("photos1")
        return try fixture.keys
      }
      outcome.withLock { $0 = result }
    }
    thread.join()
    #expect(try outcome.withLock { $0 }?.get() == [key])
    #expect(try fixture.get(key) == "deep")
    #expect(try fixture.store.remove(Array(key.utf8), in: "photos1"))
    try fixture.store.delete("photos1")
  }

  @Test(arguments: [
    String(repeating: "/", count: 129), Array(repeating: "d", count: 512).joined(separator: "/"),
    String(repeating: "../", count: 341), String(repeating: "a/b/", count: 200),
  ])
  func keyOfTooManyFoldersIsRefusedAndMakesNone(key: String) throws {
    #expect(throws: StorageError.keyTooDeep(limit: 128)) { try fixture.put(key, "deep") }
    #expect(
      fixture.folder.files.filter { $0.hasPrefix("buckets/photos1/") } == ["buckets/photos1/.vitrine/bucket.json"])
    // One that was put before there was a bound can still be read and removed.
    if !key.contains("//"), !key.contains(".."), key.hasSuffix("d") {
      try fixture.folder.write([1], to: "buckets/photos1/" + key)
      try fixture.store.scan("photos1")
      #expect(try fixture.store.remove(Array(key.utf8), in: "photos1"))
    }
  }

  @Test func deepKeysOfManyWritersAtOnceStandWhole() async throws {
    let fixture = fixture
    let deep = Array(repeating: "d", count: 20).joined(separator: "/")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for number in 0..<20 {
            let key = "\(deep)/\(writer % 2 == 0 ? "e/f/g/" : "")\(writer)"
            try fixture.put(key, "content")
            if number % 2 == 0 { try fixture.store.remove(Array(key.utf8), in: "photos1") }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.keys.count == 8)
    for key in try fixture.keys { #expect(try fixture.get(key) == "content") }
    let hidden = try FileManager.default.contentsOfDirectory(
      atPath: fixture.folder.path + "/buckets/photos1/.vitrine")
    #expect(hidden.filter { $0.hasPrefix("put-") }.isEmpty)
  }

  /// A put may wait for one folder at the most while others wait for it.
  @Test func oneFolderIsSyncedWhileOthersWait() throws {
    let key = Array("a/b/c/d/e/f".utf8)
    let bucket = try fixture.store.folder("photos1")
    #expect(try ObjectLocation.make(key, in: bucket, nil, makesAll: false) == nil)
    #expect(try ObjectLocation.find(key, in: bucket) == nil)
    let ready = try NewFolders(for: key, in: bucket)
    // Somebody else made some of them meanwhile.
    try FileManager.default.createDirectory(
      atPath: fixture.folder.path + "/buckets/photos1/a/b", withIntermediateDirectories: true)
    #expect(try ObjectLocation.make(key, in: bucket, ready, makesAll: false)?.name == "f")
    #expect(FileManager.default.fileExists(atPath: fixture.folder.path + "/buckets/photos1/a/b/c/d/e"))
    ready.removeRest(in: bucket)
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: fixture.folder.path + "/buckets/photos1/.vitrine") == ["bucket.json"])
  }

  @Test func bucketThatIsBusyKeepsNoOtherWaiting() throws {
    try fixture.store.create("other1", BucketConfiguration(owner: "anna", created: Clock.now()))
    let bucket = try fixture.store.folder("photos1")
    try fixture.store.withNamespaceLock(of: bucket) { () throws(StorageError) in
      let done = Monitor(false)
      let thread: Posix.Thread
      do {
        thread = try Posix.Thread(name: "other") { [fixture] in
          try? fixture.store.configure("other1", .accessControlList("public-read"))
          done.withLock { $0 = true }
        }
      } catch { throw .conflict }
      thread.join()
      #expect(done.withLock { $0 })
    }
    #expect(try fixture.store.configuration("other1").acl == "public-read")
  }

  @Test func bucketWithUnlistedFilesStaysWhole() throws {
    try fixture.folder.write([1], to: "buckets/photos1/new/folder/file")
    #expect(throws: StorageError.bucketNotEmpty) { try fixture.store.delete("photos1") }
    #expect(try fixture.store.configuration("photos1").owner == "anna")
    #expect(try fixture.keys == ["new/folder/file"])
    #expect(try fixture.store.remove(Array("new/folder/file".utf8), in: "photos1"))
    try FileManager.default.createDirectory(
      atPath: fixture.folder.path + "/buckets/photos1/empty/folder", withIntermediateDirectories: true)
    try fixture.store.delete("photos1")
    #expect(throws: StorageError.noSuchBucket) { try fixture.store.configuration("photos1") }
  }

  @Test func filesUnderWayGoWithTheirProcess() throws {
    let hidden = "buckets/photos1/.vitrine/"
    let (dead, living) = (StoreFixture.deadOwner.text, OwnerIdentity.current().text)
    let names = ["upload-\(dead)-0", "put-\(dead)-0", "upload-\(living)-0", "put-\(living)-0", "put-by-hand", "upload"]
    for name in names { try fixture.folder.write([1], to: hidden + name) }
    try fixture.store.settleIntents()
    let left = fixture.folder.files.filter { $0.hasPrefix(hidden) }.map { String($0.dropFirst(hidden.count)) }
    #expect(Set(left) == ["bucket.json", "put-\(living)-0", "put-by-hand", "upload", "upload-\(living)-0"])
  }

  @Test func bucketThatCannotBeSweptDoesNotKeepTheOthersFromIt() throws {
    try fixture.store.create("bucket0", BucketConfiguration(owner: "anna", created: Clock.now()))
    // No folders, as they should be.
    for name in ["facts", "uploads"] { try fixture.folder.write([1], to: "buckets/bucket0/.vitrine/" + name) }
    try fixture.folder.write([1], to: "buckets/photos1/.vitrine/.bucket.json.0123")
    _ = try fixture.beginUpload(of: "big")
    let future = Timestamp(seconds: Clock.now().seconds + 10)
    #expect(try fixture.store.removeLeftovers(before: future) == 1)
    #expect(try fixture.store.removeStaleUploads(before: future) == 1)
    #expect(try fixture.store.uploads(in: "photos1").isEmpty)
  }

  @Test func uploadsGoWhenTheyAreStale() throws {
    let begun = try fixture.beginUpload(of: "big").metadata.modified
    #expect(try fixture.store.removeStaleUploads(before: begun) == 0)
    #expect(try fixture.store.uploads(in: "photos1").count == 1)
    let later = Timestamp(seconds: begun.seconds + 1, nanoseconds: 0)
    #expect(try fixture.store.removeStaleUploads(before: later) == 1)
    #expect(try fixture.store.uploads(in: "photos1").isEmpty)
  }

  @Test func leftoversGoAndWhatIsInUseStays() throws {
    let tags = (0..<10).map { NameValuePair("tag\($0)", String(repeating: "t", count: 250)) }
    func put(_ key: String) throws {
      try fixture.put(
        key, "content",
        change: {
          $0.tags = tags
          $0.userMetadata = [NameValuePair("long", String(repeating: "m", count: 1_900))]
        })
    }
    try put("kept")
    try put("gone")
    try put("replaced")
    // Removed and replaced by processes that died before the last step.
    let bucket = fixture.folder.path + "/buckets/photos1/"
    try FileManager.default.removeItem(atPath: bucket + "gone")
    try FileManager.default.removeItem(atPath: bucket + "replaced")
    try fixture.put("replaced", "other")
    let metadata = try fixture.store.metadata(of: Array("kept".utf8), in: "photos1")
    let upload = try fixture.store.beginUpload(
      of: Array("k".utf8), in: "photos1", metadata, checksumAlgorithm: nil)
    let hidden = "buckets/photos1/.vitrine/"
    try fixture.folder.write([1], to: hidden + ".bucket.json.0123")
    try fixture.folder.write([1], to: hidden + "facts/.0123.0123")
    try fixture.folder.write([1], to: hidden + "uploads/\(upload.identifier)/.1-0123")
    try fixture.folder.write([1], to: hidden + "uploads/00000000000000000000000000000000/.upload.json.0123")
    #expect(try fixture.store.removeLeftovers(before: Timestamp(seconds: 1)) == 0)
    let future = Timestamp(seconds: Clock.now().seconds + 10)
    #expect(try fixture.store.removeLeftovers(before: future) == 6)
    #expect(try fixture.store.removeLeftovers(before: future) == 0)
    #expect(try fixture.store.metadata(of: Array("kept".utf8), in: "photos1").tags == tags)
    #expect(try fixture.store.uploads(in: "photos1").map(\.identifier) == [upload.identifier])
    let left = fixture.folder.files.filter { $0.hasPrefix(hidden) }
    #expect(left.count == 3, "settings, metadata of one object, an upload: \(left)")
  }
}
