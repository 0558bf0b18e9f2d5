import EngineFixture
import EngineStorage
import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import PostgreSQL
import PostgreSQLFixture
import Storage
import Testing

/// What is there after a step of a publication went wrong.
@Suite(.enabled(if: hasDatabase))
struct PublicationTests {
  @Test(arguments: [
    (BlobError.full("no volume"), StorageError.full), (.unavailable("no answer"), .unavailable("no answer")),
  ])
  func aBlobThatCouldNotBePutLeavesTheObjectAsItWas(_ fault: BlobError, _ expected: StorageError) async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("k", bytes("before"))
    // The engine has the bytes, and its answer says otherwise.
    engine.blobs.fail(.put, with: fault)
    #expect(await failure { try await engine.objects.put("k", bytes("after")) } == expected)
    #expect(try await engine.otherObjects.get("k") == bytes("before"))
    #expect(engine.blobs.names.count == 2)
    #expect(try await engine.residue().isEmpty)
    #expect(engine.blobs.names.count == 1)
  }

  @Test func wrongBytesAreNotNamed() async throws {
    let engine = try await EngineUnderTest.withBucket()
    engine.blobs.fail(.put, with: .damaged(.fresh(), "wrong MD5"))
    guard case .unavailable? = await failure({ try await engine.objects.put("k", bytes("x")) }) else {
      Issue.record("it was taken")
      return
    }
    #expect(await failure { try await engine.objects.get("k") } == .noSuchKey)
    #expect(try await engine.residue().isEmpty)
  }

  /// As a database does that falls over to its standby, or loses its power, before its last commits were on a disk.
  @Test func noteThatTheDatabaseHasLostNamesNothingAndLeavesNothing() async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("k", bytes("before"))
    let forget = SQLStatement("DELETE FROM blobs WHERE state = 0")
    engine.blobs.after(.put) { _ = try? await engine.names.pool.run(forget()) }
    guard case .unavailable? = await failure({ try await engine.objects.put("k", bytes("after")) }) else {
      Issue.record("it was named, or refused for good")
      return
    }
    #expect(try await engine.objects.get("k") == bytes("before"))
    #expect(engine.blobs.names.count == 2)
    #expect(try await engine.residue().isEmpty)
    try await engine.objects.put("k", bytes("again"))
    #expect(try await engine.objects.get("k") == bytes("again"))
  }

  /// Only the note may be lost: what is answered is on the database's disk.
  @Test(arguments: [7, 300_000]) func commitThatNamesAContentWaitsForTheDisk(_ length: Int) async throws {
    let engine = try await EngineUnderTest.withBucket()
    for statement: SQLStatement in [
      .once("CREATE TABLE commits (kind text, setting text)"),
      .once(
        """
        CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO commits VALUES (TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NEW; END $$
        """),
      .once("CREATE TRIGGER note BEFORE INSERT ON blobs FOR EACH ROW EXECUTE FUNCTION note_commit()"),
      .once("CREATE TRIGGER note BEFORE INSERT ON objects FOR EACH ROW EXECUTE FUNCTION note_commit()"),
    ] {
      _ = try await engine.names.pool.run(statement())
    }
    for number in 0..<3 { try await engine.objects.put("\(number)", pattern(length)) }
    let rows = try await engine.names.pool.run(SQLStatement("SELECT kind, setting FROM commits")())
    let found = Dictionary(
      grouping: try rows.rows.map { (try $0.text(0), try $0.text(1)) }, by: \.0
    ).mapValues { $0.map(\.1) }
    #expect(found.mapValues { Set($0) } == ["blobs": ["off"], "objects": ["on"]] && found["objects"]?.count == 3)
  }

  /// Whoever copies a blob that is gone does not have it removed from others.
  @Test func copyThatFailsGivesUpNothingOfOthers() async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("k", bytes("content"))
    let forget = SQLStatement("DELETE FROM blobs")
    _ = try await engine.names.pool.run(forget())
    #expect(await failure { try await engine.objects.copy("k", to: "copy") } == .versionChanged)
    try await BlobSweeper(engine.names, engine.blobs).sweep(replacedSeconds: 0, pendingSeconds: 0)
    #expect(try await engine.objects.get("k") == bytes("content"))
  }

  @Test func blobThatTheSweepHasChosenCannotBeNamedAnyMore() async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("k", bytes("content"))
    let opened = try await engine.objects.open(bytes("k"), in: bucket, version: nil)
    _ = try await engine.objects.remove(bytes("k"), in: bucket, version: nil, if: .none)
    // The next step of a sweep would remove it from the engine.
    _ = try await engine.names.pool.run(SQLStatement("UPDATE blobs SET state = 3")())
    let writer = try await engine.objects.writer(of: bytes("copy"), in: bucket)
    try await opened.copy(0..<7, to: writer)
    #expect(await failure { try await writer.commit(opened.head.metadata, if: .none) } == .versionChanged)
    #expect(try await engine.residue().isEmpty)
  }

  /// A list with names that are none of this program's does not end the sweep, and nothing of others is removed.
  @Test func sweepRemovesOnlyWhatIsItsOwn() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let names =
      (0..<300).map { "photos/trip/ä \($0).jpg" } + [
        "photos/trip/a.jpg", "blobs/00/\(String(repeating: "0", count: 32))",
      ]
    let insert = SQLStatement(
      "INSERT INTO blobs (id, length, state, since) SELECT id, 0, 2, '-infinity' FROM unnest($1::text[]) AS given (id)")
    _ = try await engine.names.pool.run(insert(.texts(names)))
    let before = engine.blobs.count(.remove)
    #expect(try await BlobSweeper(engine.names, engine.blobs).sweep() == 1)
    #expect(engine.blobs.count(.remove) == before + 1)
    #expect(try await engine.names.pool.run(SQLStatement("SELECT 1 FROM blobs")()).count == 0)
  }

  /// The server has committed, or has not: whoever put it is told what is true, and it is done once.
  @Test(arguments: [DatabaseRelay.Cut.beforeServer, .beforeAnswer])
  func aPutWhoseCommitIsNotAnsweredIsDoneOnce(_ cut: DatabaseRelay.Cut) async throws {
    let relayed = try await Relayed()
    // An exclusive put that is done twice would find itself.
    relayed.relay.cut(cut, at: bytes("text/of-this-put"))
    try await relayed.objects.put("k", bytes("content"), if: .absent, type: "text/of-this-put")
    #expect(relayed.relay.cutCount == 1)
    #expect(try await relayed.objects.get("k") == bytes("content"))
    #expect(await failure { try await relayed.objects.put("k", bytes("x"), if: .absent) } == .preconditionFailed)
    #expect(try await relayed.names.wrongCounts().isEmpty)
    await relayed.close()
  }

  @Test(arguments: [DatabaseRelay.Cut.beforeServer, .beforeAnswer])
  func aNoteThatIsNotAnsweredIsMadeOnce(_ cut: DatabaseRelay.Cut) async throws {
    let relayed = try await Relayed()
    relayed.relay.cut(cut, at: bytes("INSERT INTO blobs (id, length) SELECT"))
    try await relayed.objects.put("k", pattern(300_000))
    #expect(relayed.relay.cutCount == 1)
    #expect(try await relayed.objects.get("k") == pattern(300_000))
    #expect(try await relayed.names.wrongCounts().isEmpty)
    await relayed.close()
  }

  @Test(arguments: [DatabaseRelay.Cut.beforeServer, .beforeAnswer])
  func aRemovalWhoseCommitIsNotAnsweredTellsWhetherThereWasOne(_ cut: DatabaseRelay.Cut) async throws {
    let relayed = try await Relayed()
    try await relayed.objects.put("k", bytes("content"))
    relayed.relay.cut(cut, at: bytes("DELETE FROM objects"))
    #expect(try await relayed.objects.remove(bytes("k"), in: bucket, version: nil, if: .none))
    #expect(relayed.relay.cutCount == 1)
    #expect(try await !relayed.objects.remove(bytes("k"), in: bucket, version: nil, if: .none))
    #expect(try await relayed.names.wrongCounts().isEmpty)
    await relayed.close()
  }

  @Test(arguments: [DatabaseRelay.Cut.beforeServer, .beforeAnswer])
  func aCompletionWhoseCommitIsNotAnsweredIsDoneOnce(_ cut: DatabaseRelay.Cut) async throws {
    let relayed = try await Relayed()
    let store = relayed.objects
    let upload = try await store.beginUpload(
      of: bytes("k"), in: bucket, metadata(of: []), checksumAlgorithm: nil)
    let writer = try await store.partWriter(of: upload, in: bucket)
    try await writer.update { (staged) throws(StorageError) in try staged.append(bytes("content").span) }
    try await writer.commit(
      UploadedPart(
        number: 1, size: 7, etag: metadata(of: bytes("content")).etag, modified: Clock.now(), checksums: [], crc32: 0))
    let parts = try await store.parts(of: upload, in: bucket)
    relayed.relay.cut(cut, at: bytes("text/completed"))
    try await store.complete(
      upload, parts, in: bucket, metadata(of: bytes("content"), type: "text/completed"), if: .absent)
    #expect(relayed.relay.cutCount == 1)
    #expect(try await store.get("k") == bytes("content"))
    #expect(try await store.uploads(in: bucket).isEmpty)
    #expect(try await relayed.names.wrongCounts().isEmpty)
    await relayed.close()
  }

  @Test func aDatabaseThatIsAwayIsNoMissingBucket() async throws {
    let relayed = try await Relayed()
    try await relayed.objects.put("k", bytes("content"))
    try await relayed.server.stop()
    for _ in 0..<3 {
      guard case .unavailable? = await failure({ try await relayed.objects.get("k") }),
        case .unavailable? = await failure({ try await relayed.objects.put("l", bytes("x")) }),
        case .unavailable? = await failure({
          try await relayed.objects.list(bucket, ObjectQuery(from: .beginning, limit: 1))
        })
      else {
        Issue.record("not said to be unavailable")
        return
      }
    }
    try await relayed.server.start()
    for _ in 0..<500 where (try? await relayed.objects.get("k")) == nil { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try await relayed.objects.get("k") == bytes("content"))
    await relayed.close()
  }
}

/// A storage whose connections go through a relay, with a server of its own.
private final class Relayed: Sendable {
  let server: PostgreSQLServer
  let relay: DatabaseRelay
  let names: NameDatabase
  let objects: EngineObjectStore

  init() async throws {
    TestLoop.start()
    server = try await PostgreSQLServer.make()
    relay = try DatabaseRelay(to: server.folder)
    names = NameDatabase(ConnectionPool(try ConnectionString(relay.connectionString), .generous))
    let folder = SharedDescriptor(try FileDescriptor.open("/tmp", [.directory]))
    objects = EngineObjectStore(
      names, MemoryBlobStore(), Spool(in: folder, capacity: 1 << 20, pool: BlockingPool(name: "spool", limit: 1)))
    try await names.prepareSchema()
    try await objects.createBucket(bucket, BucketConfiguration(owner: "anna", created: Clock.now()))
  }

  func close() async { await names.pool.close() }
}
