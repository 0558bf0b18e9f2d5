import Storage
import Foundation
import Posix
import Synchronization
import Testing

@testable import LocalStorage

/// What cannot be looked at is not taken for something that is not there.
struct StoreFailuresTests {
  @Test func settingsThatCannotBeReadKeepTheirOwner() throws {
    let fixture = try BucketFixture()
    let name = "buckets/photos1/.vitrine/bucket.json"
    let settings = try fixture.folder.read(name)
    try fixture.folder.write(Array("nonsense".utf8), to: name)
    var failure: StorageError?
    do throws(StorageError) {
      try fixture.store.create("photos1", BucketConfiguration(owner: "bert", created: Clock.now()))
    } catch {
      failure = error
    }
    #expect(failure?.isOfStorage == true)
    try fixture.folder.write(settings, to: name)
    #expect(try fixture.store.configuration("photos1").owner == "anna")
  }

  @Test func withoutDescriptorsNothingIsMissing() async {
    // The limit is the process's.
    await #expect(processExitsWith: .success) {
      let fixture = try BucketFixture()
      let store = fixture.store
      let key = Array("long".utf8)
      try fixture.put("long", "content", change: BucketFixture.muchMetadata)
      let metadata = try store.metadata(of: key, in: "photos1")
      let upload = try fixture.beginUpload(of: "big")
      try fixture.putPart(1, "part", of: upload)
      let future = Timestamp(seconds: Clock.now().seconds + 10)
      for count in 0..<12 {
        try fixture.put("short-lived", "x")
        let whole = try fixture.beginUpload(of: "whole \(count)")
        try fixture.putPart(1, "part", of: whole)
        let parts = try fixture.parts(of: whole)
        let surprises = withFreeDescriptors(count) {
          [
            surprise("facts") { try store.metadata(of: key, in: "photos1").userMetadata == metadata.userMetadata },
            surprise("put", .preconditionFailed) {
              try fixture.put("long", "other", if: .absent)
              return false
            },
            surprise("create", .bucketExists(owner: "anna")) {
              try store.create("photos1", BucketConfiguration(owner: "bert", created: Clock.now()))
              return false
            },
            surprise("change") {
              try store.change(key, in: "photos1", .tags(BucketFixture.manyTags("\(count % 10)")))
              return true
            },
            surprise("remove") { try store.remove(Array("short-lived".utf8), in: "photos1") },
            surprise("scan") {
              try store.scan("photos1")
              return try fixture.keys.contains("long")
            },
            surprise("upload") { try store.upload(upload.identifier, of: upload.key, in: "photos1") == upload },
            surprise("uploads") { try store.uploads(in: "photos1").contains(upload) },
            surprise("parts") { try fixture.parts(of: upload).count == 1 },
          ].compactMap(\.self)
        }
        try #require(surprises == [], "with \(count) descriptors")
        // Nothing goes but what is told to have gone.
        try fixture.folder.write([1], to: "buckets/photos1/.vitrine/.bucket.json.\(count)")
        let files = fixture.folder.files
        let removed = withFreeDescriptors(count) { try? store.removeLeftovers(before: future) }
        try #require(fixture.folder.files.count == files.count - (removed ?? 0), "with \(count) descriptors")
        // What is not settled yet is not forgotten.
        let (late, journal) = ("late \(count)", ".vitrine/intents/\(StoreFixture.deadOwner.text)-\(count)")
        try fixture.folder.write([1], to: "buckets/photos1/\(late)")
        try fixture.folder.write(Array("0 photos1/\(late)\u{0}".utf8), to: journal)
        withFreeDescriptors(count) { try? store.settleIntents() }
        let isListed = try fixture.keys.contains(late)
        try #require(isListed || fixture.folder.files.contains(journal), "with \(count) descriptors")
        try store.settleIntents()
        try #require(try fixture.keys.contains(late))
        try #require(!fixture.folder.files.contains(journal))
        // An error of a completion means that there is no object; what fails after that does not count.
        let isComplete = withFreeDescriptors(count) { (try? fixture.complete(whole, parts)) != nil }
        try #require(((try? fixture.get("whole \(count)")) == "part") == isComplete, "with \(count) descriptors")
        try #require(
          try store.metadata(of: key, in: "photos1").userMetadata == metadata.userMetadata, "with \(count) descriptors")
        try #require(try fixture.get("long") == "content")
        try #require(try store.configuration("photos1").owner == "anna")
      }
      // All of it works where there are enough.
      try #require(try fixture.get("whole 11") == "part")
      _ = try store.removeLeftovers(before: future)
      let halves = fixture.folder.files.filter { $0.contains("/.bucket.json.") }
      try #require(halves == [])
    }
  }

  @Test func whatMayNotBeLookedAtIsNotMissing() async {
    // The user is the process's; root may look at everything.
    await #expect(processExitsWith: .success) {
      if ProcessControl.isRoot { try #require(seteuid(65_534) == 0) }
      let reported = Mutex<[String]>([])
      let fixture = try BucketFixture(log: { line in reported.withLock { $0.append(line) } })
      try fixture.put("d/k", "content")
      try fixture.put("other", "content")
      try fixture.folder.write([1], to: "buckets/photos1/closed")
      let bucket = fixture.folder.path + "/buckets/photos1/"
      chmod(bucket + "closed", 0)
      // It can be read, but nothing in it be looked at.
      chmod(bucket + "d", 0o600)
      let surprises = [
        surprise("facts") { try fixture.metadata("d/k").size == 7 },
        surprise("remove") { try fixture.store.remove(Array("d/k".utf8), in: "photos1") },
        surprise("put") {
          try fixture.put("d/k", "other", if: Precondition(matches: .any))
          return false
        },
      ].compactMap(\.self)
      try #require(surprises == [])
      // One bad file does not make the others unlisted, and is told of once.
      for _ in 0..<2 { try fixture.store.scan("photos1") }
      try #require(try fixture.keys == ["d/k", "other"])
      try #require(reported.withLock(\.self).count == 1)
      chmod(bucket + "d", 0o755)
      chmod(bucket + "closed", 0o644)
      try fixture.store.scan("photos1")
      try #require(try fixture.keys == ["closed", "d/k", "other"])
      try #require(try fixture.get("d/k") == "content")
    }
  }

  /// What a power cut brings back has lost its metadata if that was removed before the folder was synced.
  @Test func metadataOutlivesItsObjectUntilItsFolderIsSynced() throws {
    let fails = Atomic(false)
    let synced = Mutex(0)
    let fixture = try BucketFixture(
      synchronizeFolder: { (_) throws(Errno) in
        if fails.load(ordering: .acquiring) { throw .inputOutput }
        synced.withLock { $0 += 1 }
      })
    func metadata() -> Int { fixture.folder.files.count { $0.contains(".vitrine/facts/") } }
    for key in ["removed", "replaced"] { try fixture.put(key, "x", change: BucketFixture.muchMetadata) }
    #expect(metadata() == 2)
    fails.store(true, ordering: .releasing)
    let failures = [
      surprise("remove") {
        _ = try fixture.store.remove(Array("removed".utf8), in: "photos1")
        return false
      },
      surprise("put") {
        try fixture.put("replaced", "other")
        return false
      },
    ]
    #expect(failures == [nil, nil])
    #expect(metadata() == 2)
    fails.store(false, ordering: .releasing)
    let before = synced.withLock(\.self)
    for number in 0..<2 { try fixture.put("\(number)", "x") }
    #expect(synced.withLock(\.self) - before == 3, "two of their own, one to settle what was replaced")
    #expect(try fixture.keys == ["0", "1", "replaced"])
    #expect(try fixture.store.removeLeftovers(before: Timestamp(seconds: Clock.now().seconds + 10)) == 2)
  }

  @Test func changeThatIsNotListedIsSettledLater() throws {
    let fixture = try BucketFixture()
    try fixture.put("old", "x")
    let index = fixture.folder.path + "/.vitrine/objects-3.db"
    // The index cannot be written to, for a while.
    try FileManager.default.moveItem(atPath: index, toPath: index + ".away")
    try FileManager.default.createDirectory(atPath: index, withIntermediateDirectories: false)
    var failures: [String?] = [surprise("put") { try fixture.put("new", "x") != () }]
    failures.append(surprise("remove") { try fixture.store.remove(Array("old".utf8), in: "photos1") })
    #expect(failures == [nil, nil])
    #expect(try fixture.get("new") == "x")
    try FileManager.default.removeItem(atPath: index)
    try FileManager.default.moveItem(atPath: index + ".away", toPath: index)
    #expect(try fixture.keys == ["old"])
    for number in 0..<2 { try fixture.put("\(number)", "x") }
    #expect(try fixture.keys == ["0", "1", "new"])
  }

  @Test func metadataIsWholeWhileItIsChanged() throws {
    let fixture = try BucketFixture()
    try fixture.put("k", "content", change: BucketFixture.muchMetadata)
    let metadata = try fixture.metadata("k")
    let folder = try fixture.store.folder("photos1")
    let location = try #require(try ObjectLocation.find(Array("k".utf8), in: folder))
    let isDone = Atomic(false)
    let wrong = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { number in
      do {
        if number == 0 {
          defer { isDone.store(true, ordering: .releasing) }
          let file = try location.open()
          // As a change does it, but without a pause before the old ones go.
          for round in 0..<500 {
            let old = try folder.sidecarName(of: file)
            var metadata = metadata
            if round % 3 == 0 { metadata.tags = [] }
            try folder.record(metadata, of: Array("k".utf8), on: file)
            if let old { folder.removeSidecar(old, of: Array("k".utf8)) }
          }
        } else {
          while !isDone.load(ordering: .acquiring) {
            if try fixture.metadata("k").userMetadata != metadata.userMetadata {
              wrong.withLock { $0.append("made up") }
            }
          }
        }
      } catch {
        wrong.withLock { $0.append("\(error)") }
      }
    }
    #expect(wrong.withLock(\.self) == [])
  }
}

/// What is wrong with the end of an operation that may fail for the store's sake, or with an expected error: nil if
/// nothing is.
private func surprise(
  _ name: String, _ expected: StorageError? = nil, _ body: () throws -> Bool
) -> String? {
  do {
    return try body() ? nil : "\(name): wrong result"
  } catch let error as StorageError {
    return error == expected || error.isOfStorage ? nil : "\(name): \(error)"
  } catch {
    return "\(name): \(error)"
  }
}

/// Runs a body while the process can open so many files and no more.
private func withFreeDescriptors<Value>(_ count: Int, _ body: () -> Value) -> Value {
  var limit = rlimit(rlim_cur: 128, rlim_max: 128)
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  var taken: [Int32] = []
  while case let number = dup(0), number >= 0 { taken.append(number) }
  for _ in 0..<count { close(taken.removeLast()) }
  defer { for number in taken { close(number) } }
  return body()
}
