import Database
import Posix
import Synchronization
import Testing

@testable import FileStore

struct BucketScanTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  @Test(arguments: [false, true])
  func whoWaitedForAScanDoesNotMakeAnother(scansAnyway: Bool) throws {
    let store = fixture.store
    try store.writing { (session) throws(DatabaseError) in try session.markUnscanned("photos1") }
    try fixture.folder.write([1], to: "buckets/photos1/by-ftp")
    let isWaiting = Atomic(false)
    let keys = Mutex<[String]?>(nil)
    var lock: FileDescriptor? = try store.folder("photos1").hidden.descriptor.lockFolder()
    let thread = try Posix.Thread(name: "lister") { [fixture] in
      isWaiting.store(true, ordering: .releasing)
      if scansAnyway { try? fixture.store.scan("photos1") }
      let found = try? fixture.keys
      keys.withLock { $0 = found }
    }
    while !isWaiting.load(ordering: .acquiring) { Clock.sleep(nanoseconds: 1_000_000) }
    Clock.sleep(nanoseconds: 50_000_000)
    #expect(keys.withLock { $0 == nil }, "it waits for whoever scans")
    // As the other one does at its end: it came by before the file did.
    try store.writing { [boot = store.boot] (session) throws(DatabaseError) in
      try session.markScanned("photos1", boot: boot)
    }
    _ = lock.take()
    thread.join()
    #expect(keys.withLock(\.self) == [])
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
      #expect(try fixture.store.facts(of: object.key, in: "photos1").etag == object.etag)
    }
  }
}
