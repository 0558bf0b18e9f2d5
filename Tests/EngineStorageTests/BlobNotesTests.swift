import EngineFixture
import EventLoop
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Storage
import Testing

@testable import EngineStorage

/// Names of blobs that are noted before anybody puts them.
@Suite(.enabled(if: hasDatabase))
struct BlobNotesTests {
  private static let sharedCount = SQLStatement("SELECT count(*) FROM blobs WHERE state = 0 AND id = ANY ($1)")

  /// The loop's clock is put forward by other tests.
  private func notes(_ engine: EngineUnderTest<MemoryBlobStore>, lifetime: UInt64 = .max / 4) -> BlobNotes {
    BlobNotes(engine.names, lifetime: lifetime)
  }

  private func rows(_ engine: EngineUnderTest<MemoryBlobStore>) async throws -> Int64 {
    try await engine.names.pool.run(SQLStatement("SELECT count(*) FROM blobs WHERE state = 0")()).first?.integer(0) ?? 0
  }

  @Test func eachNameIsNotedBeforeItIsGiven() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let notes = notes(engine)
    var given: Set<String> = []
    for number in 1...40 {
      let id = try await notes.next()
      #expect(given.insert(id.name).inserted)
      let found = try await engine.names.pool.run(Self.sharedCount(.texts(given.sorted())))
      #expect(try found.first?.integer(0) == Int64(number))
    }
  }

  /// One statement of each put is what it saves.
  @Test func whereManyAreWantedTheyAreNotedTogether() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let notes = notes(engine)
    var counts: [Int64] = []
    for _ in 0..<40 {
      _ = try await notes.next()
      let count = try await rows(engine)
      if counts.last != count { counts.append(count) }
    }
    #expect(counts == [1, 3, 7, 15, 31, 47])
  }

  /// It may be swept one day after it was noted.
  @Test func nameThatWasNotedLongAgoIsNotGiven() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let notes = notes(engine, lifetime: 300_000_000)
    // Three are left of them.
    for _ in 0..<4 { _ = try await notes.next() }
    let before = try await rows(engine)
    try await Task.sleep(for: .milliseconds(400))
    _ = try await notes.next()
    #expect(try await rows(engine) == before + 1, "one alone is noted, after a pause")
  }

  @Test func whoeverComesWhileNamesAreNotedIsGivenOneOfThem() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let notes = notes(engine)
    for _ in 0..<15 { _ = try await notes.next() }
    #expect(try await rows(engine) == 15)
    for statement: SQLStatement in [
      .once(
        """
        CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          PERFORM pg_sleep(0.3); RETURN NULL; END $$
        """),
      .once("CREATE TRIGGER pause BEFORE INSERT ON blobs FOR EACH STATEMENT EXECUTE FUNCTION pause()"),
    ] {
      _ = try await engine.names.pool.run(statement())
    }
    async let first = notes.next()
    try await Task.sleep(for: .milliseconds(100))
    async let second = notes.next()
    async let third = notes.next()
    #expect(try await Set([first, second, third]).count == 3)
    #expect(try await rows(engine) == 31)
  }

  @Test func whoeverComesAtTheSameTimeHasANameOfTheirOwn() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let notes = notes(engine)
    let given = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<50 { group.addTask { try await notes.next().name } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(given.count == 50)
    let found = try await engine.names.pool.run(Self.sharedCount(.texts(given.sorted())))
    #expect(try found.first?.integer(0) == 50)
  }

  @Test func whatWasNotUsedIsSwept() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    for number in 0..<6 { try await store.put("\(number)", pattern(300_000 + number)) }
    #expect(try await engine.residue().isEmpty)
    #expect(try await rows(engine) == 0)
    #expect(engine.blobs.names.count == 6)
    // The table says how long each blob is, although nobody knew when it was noted.
    let lengths = try await engine.names.pool.run(SQLStatement("SELECT length FROM blobs ORDER BY length")())
    #expect(try lengths.rows.map { try $0.integer(0) } == (300_000..<300_006).map(Int64.init))
  }

  /// As a database does that falls over to its standby: each put can be done again, at once.
  @Test func afterTheDatabaseHasLostNotesOthersAreMade() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    // The next one begins a round of four.
    for number in 0..<3 { try await store.put("\(number)", pattern(300_000)) }
    let forget = SQLStatement("DELETE FROM blobs WHERE state = 0")
    engine.blobs.after(.put) { _ = try? await engine.names.pool.run(forget()) }
    guard case .unavailable? = await failure({ try await store.put("k", pattern(300_001)) }) else {
      Issue.record("it was named, or refused for good")
      return
    }
    try await store.put("k", pattern(300_002))
    #expect(try await store.get("k") == pattern(300_002))
    #expect(try await engine.residue().isEmpty)
  }

  @Test func databaseThatIsAwayIsSaidToBeAwayAndAskedAgain() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let notes = notes(engine)
    _ = try await engine.names.pool.run(SQLStatement.once("ALTER TABLE blobs RENAME TO elsewhere")())
    for _ in 0..<2 { #expect(await failure { _ = try await notes.next() } != nil) }
    _ = try await engine.names.pool.run(SQLStatement.once("ALTER TABLE elsewhere RENAME TO blobs")())
    _ = try await notes.next()
    #expect(try await rows(engine) == 1)
  }
}
