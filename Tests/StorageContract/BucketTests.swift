import Posix
import Storage
import Testing

struct BucketTests {
  private func configuration(_ owner: String) -> BucketConfiguration {
    var configuration = BucketConfiguration(
      owner: owner, created: Timestamp(seconds: 1_700_000_000, nanoseconds: 5), acl: "public-read")
    configuration.location = "eu-central-1"
    configuration.documents = ["policy": "{\"ü\": 1}\n", "cors": "<x/>"]
    return configuration
  }

  @Test(arguments: Implementation.allCases)
  func aBucketIsKnownToAllFromItsMakingToItsEnd(_ implementation: Implementation) async throws {
    let objects = try await implementation.objects()
    #expect(try await objects.store.bucketNames().isEmpty)
    for name in ["photos-2", "b.c", "abc", "photos-10", "0zz"] {
      try await objects.store.createBucket(name, configuration(name))
      #expect(try await objects.other.bucketNames().contains(name))
    }
    #expect(try await objects.other.bucketNames() == ["0zz", "abc", "b.c", "photos-10", "photos-2"])
    #expect(try await objects.other.configuration(of: "abc") == configuration("abc"))
    let all = try await objects.other.configurations()
    #expect(all.count == 5 && all["b.c"] == configuration("b.c"))
    try await objects.other.deleteBucket("abc")
    #expect(try await objects.store.bucketNames() == ["0zz", "b.c", "photos-10", "photos-2"])
    await #expect(throws: StorageError.noSuchBucket) { try await objects.store.configuration(of: "abc") }
  }

  @Test(arguments: Implementation.allCases)
  func aNameIsTakenOnceAndItsOwnerNamed(_ implementation: Implementation) async throws {
    let objects = try await implementation.objects()
    try await objects.store.createBucket("abc", configuration("anna"))
    await #expect(throws: StorageError.bucketExists(owner: "anna")) {
      try await objects.other.createBucket("abc", configuration("bert"))
    }
    #expect(try await objects.store.configuration(of: "abc").owner == "anna")
  }

  @Test(arguments: Implementation.allCases)
  func onlyAnEmptyBucketIsDeleted(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("a/b", "x")
    await #expect(throws: StorageError.bucketNotEmpty) { try await objects.other.deleteBucket(bucket) }
    #expect(try await objects.other.get("a/b") == "x")
    try await objects.store.remove("a/b")
    try await objects.other.deleteBucket(bucket)
    await #expect(throws: StorageError.noSuchBucket) { try await objects.other.deleteBucket(bucket) }
    // Another of the name knows nothing of the first.
    try await objects.store.createBucket(bucket, configuration("bert"))
    #expect(try await objects.other.keys().isEmpty)
    #expect(try await objects.other.configuration(of: bucket) == configuration("bert"))
  }

  @Test(arguments: Implementation.allCases)
  func settingsChangeOneByOne(_ implementation: Implementation) async throws {
    let objects = try await implementation.objects()
    try await objects.store.createBucket("abc", configuration("anna"))
    try await objects.other.configure("abc", .document("policy", nil))
    try await objects.store.configure("abc", .document("tagging", "<t/>"))
    try await objects.other.configure("abc", .accessControlList("private"))
    var expected = configuration("anna")
    expected.documents = ["cors": "<x/>", "tagging": "<t/>"]
    expected.acl = "private"
    #expect(try await objects.store.configuration(of: "abc") == expected)
    await #expect(throws: StorageError.noSuchBucket) {
      try await objects.store.configure("missing", .accessControlList("private"))
    }
  }

  @Test(arguments: Implementation.allCases)
  func bucketsDoNotShareObjects(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.createBucket("other", configuration("bert"))
    try await objects.store.put("k", "of things")
    try await objects.store.put("k", "of other", in: "other")
    try await objects.store.put("only", "x", in: "other")
    #expect(try await objects.other.get("k") == "of things")
    #expect(try await objects.other.get("k", in: "other") == "of other")
    try await objects.store.remove("k")
    #expect(try await objects.other.keys().isEmpty)
    #expect(try await objects.other.keys(in: "other") == ["k", "only"])
  }
}
