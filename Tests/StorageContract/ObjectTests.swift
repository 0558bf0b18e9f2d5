import HTTPSemantics
import Posix
import Storage
import Testing

struct ObjectTests {
  @Test(arguments: Implementation.allCases)
  func anObjectIsReadAsItWasPut(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "content")
    #expect(try await objects.other.get("k") == "content")
    #expect(try await objects.other.head("k").metadata == metadata(of: bytes("content")))
    let opened = try await objects.other.open(bytes("k"), in: bucket, version: nil)
    #expect(try await opened.head == objects.store.head("k"))
  }

  @Test(arguments: Implementation.allCases)
  func anEmptyObjectIsOne(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("empty", "")
    #expect(try await objects.store.get("empty").isEmpty)
    #expect(try await objects.store.head("empty").metadata.size == 0)
    #expect(try await objects.store.keys() == ["empty"])
  }

  @Test(arguments: Implementation.allCases)
  func aReplacedObjectHasTheNewContentAndAnotherVersion(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "first")
    let first = try await objects.store.head("k")
    try await objects.other.put("k", "again") { $0.tags = [NameValuePair("colour", "blue")] }
    let second = try await objects.store.head("k")
    #expect(first.version != second.version)
    #expect(second.metadata.tags == [NameValuePair("colour", "blue")])
    #expect(try await objects.store.get("k") == "again")
    #expect(try await objects.store.keys() == ["k"])
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func theSameBytesPutAgainAreAnotherVersion(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "same")
    let first = try await objects.store.head("k")
    try await objects.store.put("k", "same")
    let second = try await objects.store.head("k")
    #expect(first.metadata == second.metadata)
    #expect(first.version != second.version)
  }

  @Test(arguments: Implementation.allCases)
  func aRemovedObjectIsGone(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "content")
    #expect(try await objects.other.remove("k"))
    #expect(try await !objects.store.remove("k"))
    await #expect(throws: StorageError.noSuchKey) { try await objects.store.head("k") }
    await #expect(throws: StorageError.noSuchKey) { try await objects.store.get("k") }
    #expect(try await objects.store.keys().isEmpty)
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func whatIsNotThereIsSaidToBeMissing(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let store = objects.store
    await #expect(throws: StorageError.noSuchKey) { try await store.head("k") }
    await #expect(throws: StorageError.noSuchKey) { try await store.get("k") }
    await #expect(throws: StorageError.noSuchKey) {
      try await store.change(bytes("k"), in: bucket, version: nil, .tags([]))
    }
    #expect(try await !store.remove("k"))
    await #expect(throws: StorageError.noSuchBucket) { try await store.head("k", in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) { try await store.get("k", in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) { try await store.put("k", "content", in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) { try await store.put("k", "", in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) { try await store.remove("k", in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) { try await store.keys(in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) {
      try await store.change(bytes("k"), in: "missing", version: nil, .tags([]))
    }
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases, ["k", "missing"])
  func versionsThatDoNotExistAreRefusedByTheirId(_ implementation: Implementation, key: String) async throws {
    let objects = try await implementation.objectsWithBucket()
    let store = objects.store
    try await store.put("k", "content")
    for version in ["3", "", "Null", "nul\u{301}l"] {
      let refused = StorageError.noSuchVersion(version)
      await #expect(throws: refused) { _ = try await store.head(bytes(key), in: bucket, version: version) }
      await #expect(throws: refused) { _ = try await store.open(bytes(key), in: bucket, version: version) }
      await #expect(throws: refused) {
        _ = try await store.remove(bytes(key), in: bucket, version: version, if: .none)
      }
      await #expect(throws: refused) {
        try await store.change(bytes(key), in: bucket, version: version, .tags([]))
      }
    }
    #expect(try await store.get("k") == "content")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func theOnlyVersionHasAnId(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let store = objects.store
    try await store.put("k", "content")
    #expect(try await store.head(bytes("k"), in: bucket, version: "null") == store.head("k"))
    #expect(try await store.open(bytes("k"), in: bucket, version: "null").head == store.head("k"))
    try await store.change(bytes("k"), in: bucket, version: "null", .tags([NameValuePair("a", "1")]))
    #expect(try await store.head("k").metadata.tags == [NameValuePair("a", "1")])
    #expect(try await store.remove(bytes("k"), in: bucket, version: "null", if: .none))
    await #expect(throws: StorageError.noSuchKey) {
      _ = try await store.head(bytes("k"), in: bucket, version: "null")
    }
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func allMetadataIsKept(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "content", change: Self.fill)
    var expected = metadata(of: bytes("content"))
    Self.fill(&expected)
    #expect(try await objects.other.head("k").metadata == expected)
    let listed = try await objects.other.list(bucket, ObjectQuery(from: .beginning, limit: 9))
    #expect(listed == [ListedObject(key: bytes("k"), expected)])
  }

  /// More than a file system keeps in attributes.
  @Test(arguments: Implementation.allCases)
  func muchMetadataIsKept(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    func fill(_ letter: String) -> (inout ObjectMetadata) -> Void {
      { metadata in
        metadata.userMetadata = [NameValuePair("long", String(repeating: letter, count: 1_900))]
        metadata.tags = (0..<10).map { NameValuePair("tag\($0)", String(repeating: letter, count: 250)) }
        metadata.partSizes = [metadata.size] + Array(repeating: 0, count: 999)
        metadata.partChecksums = Array(repeating: "AAAAAA==", count: 1_000)
      }
    }
    try await objects.store.put("k", "content", change: fill("ü"))
    var expected = metadata(of: bytes("content"))
    fill("ü")(&expected)
    #expect(try await objects.other.head("k").metadata == expected)
    // Neither a replacement nor a removal leaves any of it.
    try await objects.other.put("k", "other", change: fill("m"))
    #expect(try await objects.store.head("k").metadata.userMetadata[0].value.hasPrefix("mmm"))
    try await objects.store.put("k", "third")
    #expect(try await objects.store.head("k").metadata == metadata(of: bytes("third")))
    try await objects.store.remove("k")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func changesOfMetadataLeaveTheRestAlone(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "content", change: Self.fill)
    var expected = try await objects.store.head("k").metadata
    expected.tags = [NameValuePair("a", "1"), NameValuePair("b", "")]
    try await objects.other.change(bytes("k"), in: bucket, version: nil, .tags(expected.tags))
    #expect(try await objects.store.head("k").metadata == expected)
    expected.acl = "public-read"
    try await objects.store.change(bytes("k"), in: bucket, version: nil, .accessControlList("public-read"))
    #expect(try await objects.other.head("k").metadata == expected)
    try await objects.store.change(bytes("k"), in: bucket, version: nil, .tags([]))
    #expect(try await objects.other.head("k").metadata.tags.isEmpty)
    #expect(try await objects.other.get("k") == "content")
    #expect(try await objects.residue().isEmpty)
  }

  private static func fill(_ metadata: inout ObjectMetadata) {
    metadata.contentType = "image/jpeg; name=\"ü\""
    metadata.headers = [NameValuePair("cache-control", "max-age=5"), NameValuePair("content-language", "de")]
    metadata.userMetadata = [
      NameValuePair("colour", "blue"), NameValuePair("empty", ""), NameValuePair("under_score", "ü \"x\""),
    ]
    metadata.checksums = [NameValuePair("CRC32", "AAAAAA=="), NameValuePair("SHA256", "x")]
    metadata.checksumsAreComposite = true
    metadata.partSizes = [metadata.size - 1, 1]
    metadata.partChecksums = ["AAAAAA==", "BBBBBB=="]
    metadata.crc32 = 0xffff_ffff
    metadata.acl = "authenticated-read"
    metadata.tags = [NameValuePair("tag", "value")]
    metadata.storageClass = "REDUCED_REDUNDANCY"
    metadata.uploadID = "0123456789abcdef0123456789abcdef"
  }
}
