@testable import DurableFiles
import Storage
import Database
import Digests
import Foundation
import HTTPSemantics
import Posix
import Testing

@testable import LocalStorage

/// A store of buckets in a new folder, with one bucket.
struct BucketFixture {
  let folder = TemporaryFolder()
  let store: BucketStore

  init(
    synchronizeFolder: @escaping BucketStore.FolderSync = { (folder) throws(Errno) in
      try folder.descriptor.synchronize()
    },
    log: @escaping @Sendable (String) -> Void = { print($0) }
  ) throws {
    store = try BucketStore(
      dataFolder: folder.path, privateFolder: PrivateFolder(dataFolder: folder.path),
      synchronizeFolder: synchronizeFolder, log: log)
    try store.create("photos1", BucketConfiguration(owner: "anna", created: Clock.now()))
  }

  func put(
    _ key: String, _ content: String, if precondition: Precondition = .none,
    change: (inout ObjectMetadata) -> Void = { _ in }
  ) throws {
    let bytes = Array(content.utf8)
    var staged = try store.stage(in: "photos1")
    try staged.write(bytes.span)
    var metadata = ObjectMetadata(
      etag: Hexadecimal.encode(MD5.digest(of: bytes)), size: UInt64(bytes.count), modified: Clock.now(),
      contentType: "text/plain", owner: "anna")
    change(&metadata)
    try store.put(staged, as: Array(key.utf8), in: "photos1", metadata, if: precondition)
  }

  /// More than fits into attributes.
  static func muchMetadata(_ metadata: inout ObjectMetadata) {
    metadata.userMetadata = [NameValuePair("long", String(repeating: "m", count: 1_900))]
    metadata.tags = manyTags("t")
  }

  static func manyTags(_ letter: String) -> [NameValuePair] {
    (0..<10).map { NameValuePair("tag\($0)", String(repeating: letter, count: 250)) }
  }

  func metadata(_ key: String) throws -> ObjectMetadata { try store.metadata(of: Array(key.utf8), in: "photos1") }

  func get(_ key: String) throws -> String {
    let object = try store.open(Array(key.utf8), in: "photos1")
    return String(decoding: try object.file.descriptor.readAll(limit: 1 << 20), as: UTF8.self)
  }

  var keys: [String] {
    get throws {
      try store.list("photos1", from: .beginning, limit: 1_000).map { String(decoding: $0.key, as: UTF8.self) }
    }
  }
}

struct BucketStoreTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  @Test func objectIsAPlainFileWithItsMetadata() throws {
    try fixture.put("a/b/c.jpg", "content", change: { $0.userMetadata = [NameValuePair("colour", "blue")] })
    #expect(try fixture.folder.read("buckets/photos1/a/b/c.jpg") == Array("content".utf8))
    let metadata = try fixture.store.metadata(of: Array("a/b/c.jpg".utf8), in: "photos1")
    #expect(metadata.etag == "9a0364b9e99bb480dd25e1f0284c8555")
    #expect(metadata.userMetadata == [NameValuePair("colour", "blue")])
    let path = fixture.folder.path + "/buckets/photos1/a/b/c.jpg"
    #expect(try fileStatus(atPath: path).mode & 0o777 == 0o644)
    #expect(try fileStatus(atPath: fixture.folder.path + "/buckets/photos1/a").mode & 0o777 == 0o755)
    #expect(try fileStatus(atPath: fixture.folder.path + "/buckets/photos1/.vitrine").mode & 0o777 == 0o700)
  }

  @Test func storageClassIsKeptAndListed() throws {
    try fixture.put(
      "k", "x",
      change: {
        $0.storageClass = "REDUCED_REDUNDANCY"
        $0.uploadID = "upload"
      })
    try fixture.put("plain", "x")
    #expect(try fixture.metadata("k").storageClass == "REDUCED_REDUNDANCY")
    #expect(try fixture.metadata("k").uploadID == "upload")
    let listed = try fixture.store.list("photos1", from: .beginning, limit: 9)
    #expect(listed.map(\.storageClass) == ["REDUCED_REDUNDANCY", nil])
  }

  @Test func replacingLeavesOneContentAndOneLine() throws {
    try fixture.put("k", "first")
    try fixture.put("k", "second")
    #expect(try fixture.get("k") == "second")
    #expect(try fixture.keys == ["k"])
    #expect(try fixture.store.list("photos1", from: .beginning, limit: 9)[0].size == 6)
  }

  @Test(arguments: [["a", "a/b"], ["a/b", "a"], ["a/", "a", "a/b"], ["x", "x/", "x//", "x/y"]])
  func keyBesideAFolderOfItsNameStaysAnObject(keys: [String]) throws {
    for key in keys { try fixture.put(key, "of " + key) }
    for key in keys { #expect(try fixture.get(key) == "of " + key) }
    #expect(try fixture.keys == keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    try fixture.store.scan("photos1")
    #expect(try Set(fixture.keys) == Set(keys))
    for key in keys {
      #expect(try fixture.store.remove(Array(key.utf8), in: "photos1"))
      #expect(throws: StorageError.noSuchKey) { try fixture.get(key) }
    }
    #expect(try fixture.keys.isEmpty)
    #expect(fixture.folder.files.filter { $0.hasPrefix("buckets/photos1/") && !$0.contains(".vitrine") }.isEmpty)
    try fixture.store.delete("photos1")
  }

  @Test func metadataThatDoesNotFitIntoAttributesStandsBesideThem() throws {
    let long = String(repeating: "m", count: 1_900)
    let tags = (0..<10).map { NameValuePair("tag\($0)", String(repeating: "t", count: 250)) }
    try fixture.put(
      "k", "content",
      change: {
        $0.userMetadata = [NameValuePair("long", long)]
        $0.tags = tags
      })
    let metadata = try fixture.store.metadata(of: Array("k".utf8), in: "photos1")
    #expect(metadata.userMetadata == [NameValuePair("long", long)] && metadata.tags == tags)
    func sidecars() -> Int { fixture.folder.files.count { $0.contains(".vitrine/facts/") } }
    #expect(sidecars() == 1)
    try fixture.put("k", "other")
    #expect(sidecars() == 0)
  }

  @Test func exclusivePutHasOneWinner() throws {
    let fixture = fixture
    let wins = Monitor(0)
    DispatchQueue.concurrentPerform(iterations: 32) { number in
      do {
        try fixture.put("one", "by \(number)", if: .absent)
        wins.withLock { $0 += 1 }
      } catch {
        #expect(error as? StorageError == .preconditionFailed)
      }
    }
    #expect(wins.withLock { $0 } == 1)
    #expect(fixture.folder.files.filter { $0.contains("put-") || $0.contains("upload-") }.isEmpty)
  }

  /// By whoever has access to the files: bytes, length and time tell, and the rest stays.
  @Test func metadataOfAContentThatWasOverwrittenInPlaceDoNotCount() throws {
    try fixture.put("key", "before", change: { $0.userMetadata = [NameValuePair("colour", "blue")] })
    let before = try fixture.metadata("key")
    let path = fixture.folder.path + "/buckets/photos1/key"
    let file = try FileDescriptor.open(path, .readWrite)
    try file.writeAll(Array("after!".utf8).span, at: 0)
    // The clock of a file system may not have gone on.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000.5)], ofItemAtPath: path)
    let after = try fixture.metadata("key")
    #expect(try fixture.get("key") == "after!")
    #expect(after.etag != before.etag && after.modified.seconds == 1_000_000_000)
    #expect(after.userMetadata == before.userMetadata)
  }

  @Test func putsAndDeletesFromManyThreadsLeaveNothingMixed() throws {
    let fixture = fixture
    DispatchQueue.concurrentPerform(iterations: 200) { number in
      let key = ["a", "a/b", "a/b/c", "d"][number % 4]
      if number % 3 == 2 {
        _ = try? fixture.store.remove(Array(key.utf8), in: "photos1")
      } else {
        try? fixture.put(key, "\(number)")
      }
    }
    let listed = try fixture.store.list("photos1", from: .beginning, limit: 100)
    for object in listed {
      let open = try fixture.store.open(object.key, in: "photos1")
      let bytes = try open.file.descriptor.readAll(limit: 100)
      #expect(open.metadata.etag == object.etag)
      #expect(Hexadecimal.encode(MD5.digest(of: bytes)) == object.etag)
    }
    try fixture.store.scan("photos1")
    #expect(try fixture.store.list("photos1", from: .beginning, limit: 100) == listed)
  }

  @Test func filesThatCameByAnotherWayAppearAfterAScan() throws {
    try fixture.put("known", "x")
    try fixture.folder.write(Array("ftp".utf8), to: "buckets/photos1/by/ftp.txt")
    try fixture.store.scan("photos1")
    #expect(try fixture.keys == ["by/ftp.txt", "known"])
    let metadata = try fixture.store.metadata(of: Array("by/ftp.txt".utf8), in: "photos1")
    #expect(metadata.contentType == "text/plain" && metadata.etag.hasSuffix("-1") && metadata.size == 3)
    try FileManager.default.removeItem(atPath: fixture.folder.path + "/buckets/photos1/by")
    try fixture.store.scan("photos1")
    #expect(try fixture.keys == ["known"])
  }

  @Test func lostIndexIsBuiltAnew() throws {
    for number in 0..<20 { try fixture.put("k\(number)", "x") }
    let keys = try fixture.keys
    for name in ["objects-3.db", "objects-3.db-wal", "objects-3.db-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.folder.path + "/.vitrine/" + name)
    }
    #expect(try fixture.keys == keys)
  }

  @Test func abandonedIntentIsSettled() throws {
    try fixture.put("k", "x")
    let gone = OwnerIdentity(boot: "another", process: 1, start: 1).text
    try fixture.folder.write(Array("late".utf8), to: "buckets/photos1/late")
    try fixture.folder.write(Array("0 photos1/late\u{0}".utf8), to: ".vitrine/intents/\(gone)-0")
    #expect(try fixture.keys == ["k"])
    try fixture.store.settleIntents()
    #expect(try fixture.keys == ["k", "late"])
    #expect(!fixture.folder.files.contains(".vitrine/intents/\(gone)-0"))
  }

  @Test func bucketsAreMadeOnceAndDeletedEmpty() throws {
    #expect(throws: StorageError.bucketExists(owner: "anna")) {
      try fixture.store.create("photos1", BucketConfiguration(owner: "bert", created: Clock.now()))
    }
    try fixture.put("k", "x")
    #expect(throws: StorageError.bucketNotEmpty) { try fixture.store.delete("photos1") }
    try fixture.store.remove(Array("k".utf8), in: "photos1")
    try fixture.store.delete("photos1")
    #expect(try fixture.store.names().isEmpty)
    #expect(throws: StorageError.noSuchBucket) { try fixture.store.configuration("photos1") }
  }

  @Test func configurationIsKept() throws {
    try fixture.store.configure("photos1", .document("policy", "{\"a\":\"b\"}"))
    #expect(try fixture.store.configuration("photos1").documents == ["policy": "{\"a\":\"b\"}"])
    #expect(try fixture.store.configuration("photos1").owner == "anna")
  }

}
