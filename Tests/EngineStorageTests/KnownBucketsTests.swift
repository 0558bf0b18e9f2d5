import EngineFixture
import EngineStorage
import Posix
import PostgreSQL
import PostgreSQLFixture
import Storage
import Testing

/// What is remembered of buckets is what the database would tell.
@Suite(.enabled(if: hasDatabase))
struct KnownBucketsTests {
  /// A change without a notice: only a read of the table finds it.
  private static let publish = SQLStatement.once("UPDATE buckets SET acl = 'public-read'")
  private static let fresh = BucketConfiguration(
    owner: "operator", created: Timestamp(seconds: 1, nanoseconds: 0), acl: "private")

  private static func configured(_ list: String) -> BucketConfiguration {
    var configuration = fresh
    configuration.acl = list
    return configuration
  }

  @Test func databaseIsAskedOnceForABucketThatNobodyChanges() async throws {
    let engine = try await EngineUnderTest()
    let count = ChangeCount()
    // Before anybody listens: no notice of it comes.
    try await engine.objects.createBucket("holiday", Self.fresh)
    let objects = await engine.hearingObjects(countingIn: count.ofHost)
    #expect(try await objects.configuration(of: "holiday") == Self.fresh)
    _ = try await engine.names.pool.run([Self.publish()], isReading: false)
    #expect(try await objects.configuration(of: "holiday") == Self.fresh)
    // Another process of the host says that it has changed something, before the database has told of it.
    count.advance()
    #expect(try await objects.configuration(of: "holiday").acl == "public-read")
  }

  @Test func whatIsKnownOfABucketIsKnownUntilAnyOfThemChanges() async throws {
    let engine = try await EngineUnderTest()
    try await engine.objects.createBucket("holiday", Self.fresh)
    let objects = await engine.hearingObjects()
    _ = try await objects.configuration(of: "holiday")
    _ = try await engine.names.pool.run([Self.publish()], isReading: false)
    try await engine.objects.createBucket("other", Self.fresh)
    try await waitUntil { try await objects.configuration(of: "holiday").acl == "public-read" }
  }

  @Test func ownChangesHoldAtOnce() async throws {
    let engine = try await EngineUnderTest()
    let count = ChangeCount()
    let objects = await engine.hearingObjects(countingIn: count.ofHost)
    try await objects.createBucket("holiday", Self.fresh)
    for list in ["public-read", "private", "authenticated-read"] {
      _ = try await objects.configuration(of: "holiday")
      try await objects.configure("holiday", .accessControlList(list))
      #expect(try await objects.configuration(of: "holiday") == Self.configured(list))
    }
    try await objects.deleteBucket("holiday")
    #expect(count.value == 5, "each change is counted for the other processes of the host")
    await #expect(throws: StorageError.noSuchBucket) { try await objects.configuration(of: "holiday") }
  }

  @Test func changesByAnotherProcessOfTheHostHoldAtOnce() async throws {
    let engine = try await EngineUnderTest()
    let count = ChangeCount()
    let objects = await engine.hearingObjects(countingIn: count.ofHost)
    let others = await engine.hearingObjects(countingIn: count.ofHost)
    try await objects.createBucket("holiday", Self.fresh)
    for list in ["public-read", "private", "authenticated-read"] {
      _ = try await objects.configuration(of: "holiday")
      try await others.configure("holiday", .accessControlList(list))
      #expect(try await objects.configuration(of: "holiday") == Self.configured(list))
    }
    try await others.deleteBucket("holiday")
    await #expect(throws: StorageError.noSuchBucket) { try await objects.configuration(of: "holiday") }
  }

  @Test func changesOnAnotherHostAreHeardOf() async throws {
    let engine = try await EngineUnderTest()
    let objects = await engine.hearingObjects()
    try await objects.createBucket("holiday", Self.fresh)
    _ = try await objects.configuration(of: "holiday")
    try await engine.otherObjects.configure("holiday", .document("policy", "{}"))
    try await waitUntil { try await objects.configuration(of: "holiday").documents == ["policy": "{}"] }
    try await engine.otherObjects.deleteBucket("holiday")
    try await waitUntil {
      do throws(StorageError) { _ = try await objects.configuration(of: "holiday") } catch {
        return error == .noSuchBucket
      }
      return false
    }
  }

  @Test func whatIsRememberedIsBounded() async throws {
    let engine = try await EngineUnderTest()
    var large = Self.fresh
    large.documents["policy"] = String(repeating: "x", count: 300_000)
    for number in 0..<4 { try await engine.objects.createBucket("large-\(number)", large) }
    let objects = await engine.hearingObjects()
    for number in 0..<4 { _ = try await objects.configuration(of: "large-\(number)") }
    _ = try await engine.names.pool.run([Self.publish()], isReading: false)
    let lists = [
      try await objects.configuration(of: "large-3").acl, try await objects.configuration(of: "large-0").acl,
    ]
    #expect(lists == ["private", "public-read"], "the last was too much beside the others, and is known alone")
  }

  private func waitUntil(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<200 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it does not hold after a second")
  }
}
