@testable import DurableFiles
import Storage
import Database
import Foundation
import Posix
import Synchronization
import Testing

@testable import LocalStorage

struct BucketScanTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  /// As one does who has scanned the bucket.
  private func markScanned(ifStill mark: ScanMark) throws -> Bool {
    try fixture.store.writing { [boot = fixture.store.boot] (connection) throws(DatabaseError) in
      try connection.markScanned("photos1", ifStill: mark, boot: boot)
    }
  }

  private func markUnscanned() throws {
    try fixture.store.writing { (connection) throws(DatabaseError) in try connection.markUnscanned("photos1") }
  }

  @Test func listingWaitsForTheScanThatIsUnderWay() throws {
    let store = fixture.store
    try markUnscanned()
    let mark = try store.scanMark(of: "photos1")
    let keys = Mutex<[String]?>(nil)
    let hidden = try store.folder("photos1").hidden
    var lock: FileDescriptor? = try hidden.descriptor.lockFolder()
    let thread = try Posix.Thread(name: "lister") { [fixture] in
      let found = try? fixture.keys
      keys.withLock { $0 = found }
    }
    while try !Self.isWaitedFor(hidden) { Clock.sleep(nanoseconds: 1_000_000) }
    #expect(keys.withLock(\.self) == nil)
    // The other one came by before the file did.
    try fixture.folder.write([1], to: "buckets/photos1/by-ftp")
    #expect(try markScanned(ifStill: mark))
    _ = lock.take()
    thread.join()
    #expect(keys.withLock(\.self) == [])
  }

  /// Whether somebody waits for the lock of a folder that somebody else has.
  private static func isWaitedFor(_ folder: SharedDescriptor) throws -> Bool {
    let inode = try folder.descriptor.status().inode
    let locks = try FileDescriptor.open("/proc/locks", .readOnly).readAll(limit: 1 << 20)
    return String(decoding: locks, as: UTF8.self).split(separator: "\n").contains { line in
      line.contains("-> FLOCK") && line.contains(":\(inode) ")
    }
  }

  @Test func whoWaitedForAScanDoesNotMakeAnother() throws {
    let mark = try fixture.store.scanMark(of: "photos1")
    try fixture.folder.write([1], to: "buckets/photos1/by-ftp")
    #expect(try markScanned(ifStill: mark))
    try fixture.store.scan("photos1", unlessScannedSince: mark)
    #expect(try fixture.keys == [])
  }

  @Test(arguments: [false, true])
  func whoWaitedForAScanThatFailedMakesAnother(wasScannedBefore: Bool) throws {
    if !wasScannedBefore { try markUnscanned() }
    let mark = try fixture.store.scanMark(of: "photos1")
    #expect(mark.isOfAScan(in: fixture.store.boot) == wasScannedBefore)
    try fixture.folder.write([1], to: "buckets/photos1/by-ftp")
    try fixture.store.scan("photos1", unlessScannedSince: mark)
    #expect(try fixture.keys == ["by-ftp"])
  }

  @Test func scanThatMayHaveMissedFilesDoesNotCount() throws {
    let mark = try fixture.store.scanMark(of: "photos1")
    try markUnscanned()
    #expect(try !markScanned(ifStill: mark))
    let another = try fixture.store.scanMark(of: "photos1")
    try markUnscanned()
    #expect(try !markScanned(ifStill: another), "each has a mark of its own")
    #expect(try !fixture.store.scanMark(of: "photos1").isOfAScan(in: fixture.store.boot))
  }

  /// A bucket that is made of a folder which was there begins with an empty list, also under the hands of one who scans.
  @Test func bucketMadeDuringAScanListsAllThatIsThere() throws {
    let afterListing = Mutex<(@Sendable () -> Void)?>(nil)
    let fixture = try BucketFixture(log: { _ in afterListing.withLock { $0.take() }?() })
    let store = fixture.store
    let hidden = try store.folder("photos1").hidden
    for key in ["a", "b"] { try fixture.folder.write([1], to: "buckets/photos1/\(key)") }
    // A scan tells of what it cannot read once it has listed the others.
    try fixture.put("unreadable", "x", change: BucketFixture.muchMetadata)
    try store.writing { (connection) throws(DatabaseError) in try connection.execute("DELETE FROM objects") }
    let metadata = try #require(fixture.folder.files.first { $0.contains("/facts/") })
    try FileManager.default.removeItem(atPath: "\(fixture.folder.path)/\(metadata)")
    try FileManager.default.createSymbolicLink(
      atPath: "\(fixture.folder.path)/\(metadata)", withDestinationPath: "nowhere")
    try hidden.descriptor.unlink(BucketFolder.configurationName)
    let (isListed, isMade) = (Monitor(false), Monitor<Bool?>(nil))
    let thread = try Posix.Thread(name: "maker") {
      isListed.wait { $0 ? () : nil }
      let made: Void? = try? store.create("photos1", BucketConfiguration(owner: "bert", created: Clock.now()))
      isMade.withLock { $0 = made != nil }
    }
    afterListing.withLock {
      $0 = {
        isListed.withLock { $0 = true }
        isListed.broadcast()
        while isMade.withLock({ $0 == nil }), (try? Self.isWaitedFor(hidden)) == false {
          Clock.sleep(nanoseconds: 1_000_000)
        }
      }
    }
    try store.scan("photos1")
    thread.join()
    #expect(isMade.withLock(\.self) == true)
    #expect(try fixture.keys == ["a", "b"])
  }

  @Test func scanOfADeletedBucketDoesNotTouchTheListOfTheNext() throws {
    let store = fixture.store
    let deleted = try store.folder("photos1")
    try store.delete("photos1")
    try store.create("photos1", BucketConfiguration(owner: "bert", created: Clock.now()))
    try fixture.put("k", "x")
    var unreadable = UnreadableFiles()
    try store.drop([Array("k".utf8)], in: deleted, &unreadable)
    #expect(try fixture.keys == ["k"])
  }

  @Test func fileThatGrowsWhileItIsScannedIsListedAsItEnds() throws {
    let fixture = fixture
    let size: UInt64 = 3_000
    let thread = try Posix.Thread(name: "ftp") {
      guard
        let file = try? FileDescriptor.open(
          fixture.folder.path + "/buckets/photos1/growing", [.writeOnly, .create, .append])
      else { return }
      for _ in 0..<size { try? file.writeAll([1]) }
    }
    for _ in 0..<30 { try fixture.store.scan("photos1") }
    thread.join()
    try fixture.store.scan("photos1")
    #expect(try fixture.store.list("photos1", from: .beginning, limit: 9).map(\.size) == [size])
  }

  @Test func writersGoOnDuringScans() throws {
    let fixture = fixture
    for number in 0..<40 { try fixture.folder.write([1], to: "buckets/photos1/ftp/\(number)") }
    let isDone = Atomic(false)
    let thread = try Posix.Thread(name: "scanner") {
      while !isDone.load(ordering: .acquiring) { try? fixture.store.scan("photos1") }
    }
    var expected: Set<String> = Set((0..<40).map { "ftp/\($0)" })
    for number in 0..<120 {
      let key = ["a", "a/b", "c"][number % 3]
      if number % 5 == 4 {
        _ = try fixture.store.remove(Array(key.utf8), in: "photos1")
        expected.remove(key)
      } else {
        try fixture.put(key, "\(number)")
        expected.insert(key)
      }
      #expect(try fixture.store.list("photos1", from: .beginning, limit: 1).isEmpty == false)
    }
    isDone.store(true, ordering: .releasing)
    thread.join()
    #expect(try Set(fixture.keys) == expected)
    for object in try fixture.store.list("photos1", from: .beginning, limit: 100) {
      #expect(try fixture.store.metadata(of: object.key, in: "photos1").etag == object.etag)
    }
  }
}
