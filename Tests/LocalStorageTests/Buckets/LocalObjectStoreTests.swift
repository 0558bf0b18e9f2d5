import EventLoop
import Posix
import Storage
import Testing

@testable import LocalStorage

/// What a storage of plain files does beside what each storage promises.
struct LocalObjectStoreTests {
  private let fixture: BucketFixture
  private let store: LocalObjectStore

  init() throws {
    fixture = try BucketFixture()
    store = LocalObjectStore(fixture.store, pool: BlockingPool(name: "test", limit: 4), threads: DiskThreads())
  }

  @Test(arguments: ["shorter", "other text", "something much longer"])
  func fileThatWasWrittenToSinceItWasOpenedIsNotCopied(text: String) async throws {
    try fixture.put("k", "first text")
    let object = try await store.open(Array("k".utf8), in: "photos1", version: nil)
    try fixture.folder.awaitAnotherTick()
    try fixture.folder.write(Array(text.utf8), to: "buckets/photos1/k")
    let writer = try await store.writer(of: Array("copy".utf8), in: "photos1")
    await #expect(throws: StorageError.versionChanged) { try await object.copy(0..<10, to: writer) }
    await writer.discard()
    #expect(throws: StorageError.noSuchKey) { try fixture.metadata("copy") }
  }

  @Test func objectThatIsReplacedIsCopiedAsItWasOpened() async throws {
    try fixture.put("k", "first text")
    let object = try await store.open(Array("k".utf8), in: "photos1", version: nil)
    try fixture.put("k", "second")
    let writer = try await store.writer(of: Array("copy".utf8), in: "photos1")
    try await object.copy(6..<10, to: writer)
    var metadata = object.head.metadata
    metadata.size = 4
    try await writer.commit(metadata, if: .absent)
    #expect(try fixture.get("copy") == "text")
  }

  @Test func keyOfTooManyFoldersIsRefusedBeforeItsContentComes() async throws {
    let key = [UInt8](repeating: UInt8(ascii: "/"), count: 129)
    await #expect(throws: StorageError.keyTooDeep(limit: 128)) { _ = try await store.writer(of: key, in: "photos1") }
    let metadata = ObjectMetadata(etag: "", size: 0, modified: Clock.now(), contentType: "", owner: "anna")
    await #expect(throws: StorageError.keyTooDeep(limit: 128)) {
      _ = try await store.beginUpload(of: key, in: "photos1", metadata, checksumAlgorithm: nil)
    }
  }

  @Test func writerThatIsDroppedLeavesNoFile() async throws {
    do {
      let writer = try await store.writer(of: Array("k".utf8), in: "photos1")
      let bytes: [UInt8] = [1, 2, 3]
      try await writer.update { (content) throws(StorageError) in try content.append(bytes.span) }
    }
    #expect(fixture.folder.files.filter { $0.contains("upload-") || $0.contains("put-") || $0.hasSuffix("/k") } == [])
  }
}
