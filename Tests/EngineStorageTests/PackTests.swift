import Digests
import EngineFixture
import EventLoop
import HTTPSemantics
import Posix
import PostgreSQL
import Storage
import Synchronization
import Testing

@testable import EngineStorage

/// Small objects that are put at the same time share a blob.
@Suite(.enabled(if: hasDatabase))
struct PackTests {
  /// Puts all at the same time, as clients do.
  private func putAtOnce(
    _ objects: [(key: String, content: [UInt8])], _ store: EngineObjectStore, if precondition: Precondition = .none
  ) async -> [StorageError?] {
    await withTaskGroup(of: (Int, StorageError?).self) { group in
      for (number, object) in objects.enumerated() {
        group.addTask {
          (number, await failure { try await store.put(object.key, object.content, if: precondition) })
        }
      }
      return await group.reduce(into: [StorageError?](repeating: nil, count: objects.count)) { $0[$1.0] = $1.1 }
    }
  }

  @Test func objectsThatComeTogetherTakeFewPutsAndAreReadAsTheyWereWritten() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    let objects = some(40) { $0 % 7 == 0 ? 0 : 10 + $0 * 31 }
    #expect(await putAtOnce(objects, store).allSatisfy { $0 == nil })
    #expect(engine.blobs.count(.put) < 40)
    for (key, content) in objects {
      #expect(try await engine.otherObjects.get(key) == content)
      let opened = try await store.open(bytes(key), in: bucket, version: nil)
      #expect(opened.head.metadata.etag == metadata(of: content).etag)
      guard content.count > 8 else { continue }
      #expect(try await opened.reader(3..<8).all() == Array(content[3..<8]))
    }
    #expect(try await engine.residue() == [])
  }

  @Test func longObjectHasABlobOfItsOwn() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(12) { _ in 65_537 }
    #expect(await putAtOnce(objects, engine.objects).allSatisfy { $0 == nil })
    #expect(engine.blobs.count(.put) == 12)
  }

  @Test func blobStaysUntilTheLastOfItsObjectsIsGone() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(16)
    #expect(await engine.objects.putTogether(objects).allSatisfy { $0 == nil })
    let blobs = engine.blobs.names
    #expect(blobs.count == 1)
    for (number, object) in objects.enumerated().dropLast() {
      if number % 2 == 0 {
        #expect(try await engine.objects.remove(bytes(object.key), in: bucket, version: nil, if: .none))
      } else {
        try await engine.objects.put(object.key, pattern(70_000))
      }
      #expect(try await engine.residue() == [])
    }
    #expect(try await engine.objects.get(objects[15].key) == objects[15].content)
    #expect(engine.blobs.names.intersection(blobs).count == 1)
    #expect(try await engine.objects.remove(bytes(objects[15].key), in: bucket, version: nil, if: .none))
    #expect(try await engine.residue() == [])
    #expect(engine.blobs.names.isDisjoint(with: blobs))
  }

  /// Otherwise what was deleted would stay for as long as the copy of its neighbour.
  @Test func copyOfASmallObjectDoesNotKeepItsPack() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(16)
    #expect(await engine.objects.putTogether(objects).allSatisfy { $0 == nil })
    let pack = engine.blobs.names
    for (key, _) in objects { try await engine.objects.copy(key, to: "copy of \(key)") }
    for (key, _) in objects {
      #expect(try await engine.objects.remove(bytes(key), in: bucket, version: nil, if: .none))
    }
    #expect(try await engine.residue() == [])
    #expect(engine.blobs.names.isDisjoint(with: pack))
    for (key, content) in objects { #expect(try await engine.otherObjects.get("copy of \(key)") == content) }
  }

  /// It might be refused, and is then to stand in no directory.
  @Test func objectWithAPreconditionHasABlobOfItsOwn() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(10)
    for (key, _) in objects where key.hasSuffix("3") { try await engine.objects.put(key, bytes("before")) }
    let blobs = engine.blobs.names.count
    let outcomes = await putAtOnce(objects, engine.objects, if: .absent)
    #expect(engine.blobs.names.count == blobs + 10)
    for ((key, content), outcome) in zip(objects, outcomes) {
      #expect(outcome == (key.hasSuffix("3") ? .preconditionFailed : nil))
      #expect(try await engine.objects.get(key) == (key.hasSuffix("3") ? bytes("before") : content))
    }
    #expect(try await engine.residue() == [])
  }

  @Test func groupOfWhichNoneIsTakenLeavesNothing() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let outcomes = await engine.objects.putTogether(some(16)) { _ in "none" }
    #expect(outcomes.allSatisfy { $0 == .noSuchBucket })
    // At once, and not only after a day.
    try await BlobSweeper(engine.names, engine.blobs).sweep()
    #expect(engine.blobs.names.isEmpty)
    #expect(engine.spool.bytesInUse == 0)
  }

  /// A key that somebody holds for long refuses those who want it, and nobody else.
  @Test func lockedKeyRefusesOnlyItself() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(6)
    let held = HeldLock()
    async let holding: Void = engine.otherNames.transaction { transaction in
      _ = try await transaction.run([NameLocks.object(bytes(objects[2].key), in: bucket)])
      held.isTaken = true
      // A transaction in which nothing happens is ended.
      while held.isTaken {
        _ = try await transaction.run([EngineObjectStore.bucketExists(.text(bucket))])
        await EventLoop.current.sleep(nanoseconds: 200_000_000)
      }
      return .undo(())
    }
    while await !held.isTaken { try await Task.sleep(for: .milliseconds(5)) }
    let outcomes = await engine.objects.putTogether(objects)
    await held.release()
    try await holding
    for (number, outcome) in outcomes.enumerated() {
      if number == 2 {
        guard case .unavailable? = outcome else {
          Issue.record("it was put beside another, or refused for good: \(String(describing: outcome))")
          continue
        }
      } else {
        #expect(outcome == nil)
        #expect(try await engine.objects.get(objects[number].key) == objects[number].content)
      }
    }
    #expect(try await engine.residue() == [])
  }

  @Test func objectWithLongMetadataHasABlobOfItsOwn() async throws {
    let spool = try await EngineUnderTest.withBucket().spool
    var long = metadata(of: [])
    long.userMetadata = [NameValuePair("a", String(repeating: "<", count: 3_000))]
    #expect(SmallObject(bytes("k"), in: bucket, long, if: .none, []) == nil)
    long.userMetadata = [NameValuePair("a", String(repeating: "<", count: 300))]
    #expect(SmallObject(bytes("k"), in: bucket, long, if: .none, []) != nil)
    #expect(spool.bytesInUse == 0)
  }

  @Test func missingBucketRefusesOnlyItsOwnObjects() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(16)
    let outcomes = await engine.objects.putTogether(objects) { $0 % 4 == 0 ? "none" : bucket }
    #expect(outcomes == (0..<16).map { $0 % 4 == 0 ? .noSuchBucket : nil })
    for (number, (key, content)) in objects.enumerated() where number % 4 > 0 {
      #expect(try await engine.objects.get(key) == content)
    }
    #expect(try await engine.residue() == [])
  }

  /// Of puts of one key that come at the same time one is the last, and none is lost or mixed up with another.
  @Test func putsOfOneKeyAreDoneOneAfterTheOther() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let contents = (0..<12).map { bytes("content \($0)") }
    let outcomes = await putAtOnce(contents.map { ("same", $0) }, engine.objects)
    #expect(outcomes.allSatisfy { $0 == nil })
    #expect(contents.contains(try await engine.objects.get("same")))
    #expect(try await engine.residue() == [])
    #expect(engine.blobs.names.count == 1)
  }

  @Test(arguments: [
    (BlobError.full("no volume"), StorageError.full), (.unavailable("no answer"), .unavailable("no answer")),
  ])
  func blobThatCouldNotBePutRefusesItsWholeGroup(_ fault: BlobError, _ expected: StorageError) async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(16)
    for (key, _) in objects { try await engine.objects.put(key, bytes("before")) }
    engine.blobs.fail(.put, with: fault)
    #expect(await engine.objects.putTogether(objects) == Array(repeating: expected, count: 16))
    for (key, _) in objects { #expect(try await engine.objects.get(key) == bytes("before")) }
    #expect(try await engine.residue() == [])
  }

  @Test func groupThatTheEngineKeepsWaitingDoesNotKeepTheNextOne() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    let gate = Mutex<CheckedContinuation<Void, Never>?>(nil)
    engine.blobs.after(.put) { await withCheckedContinuation { waiting in gate.withLock { $0 = waiting } } }
    async let held: Void = store.put("held", bytes("held"))
    for _ in 0..<500 where gate.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(10)) }
    for (key, content) in some(3) {
      try await store.put(key, content)
      #expect(try await store.get(key) == content)
    }
    gate.withLock { $0.take() }?.resume()
    try await held
    #expect(try await store.get("held") == bytes("held"))
    #expect(try await engine.residue() == [])
  }

  /// As a database does that loses its last moments.
  @Test func noteOfAPackThatIsLostNamesNothing() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let forget = SQLStatement("DELETE FROM blobs WHERE state = 0")
    engine.blobs.after(.put) { [names = engine.names] in _ = try? await names.pool.run(forget()) }
    let objects = some(16)
    for outcome in await engine.objects.putTogether(objects) {
      guard case .unavailable? = outcome else {
        Issue.record("it was named, or refused for good")
        continue
      }
    }
    for (key, _) in objects { #expect(await failure { try await engine.objects.get(key) } == .noSuchKey) }
    #expect(try await engine.residue() == [])
  }
}

extension EngineObjectStore {
  /// Puts all as one group.
  func putTogether(
    _ objects: [(key: String, content: [UInt8])],
    in buckets: (Int) -> String = { _ in bucket }
  ) async -> [StorageError?] {
    let group = objects.enumerated().map { number, object in
      PackContent.Member(
        bucket: buckets(number), key: bytes(object.key), metadata: metadata(of: object.content), bytes: object.content)
    }
    do throws(StorageError) {
      let content = try await publisher.put(group, alone: group.count == 1)
      return try await name(group, content).map { outcome in
        if case .failure(let error) = outcome { error } else { nil }
      }
    } catch { return group.map { _ in error } }
  }
}

/// Objects with contents of their own.
func some(_ count: Int, _ size: (Int) -> Int = { 100 + $0 }) -> [(key: String, content: [UInt8])] {
  (0..<count).map { ("key \($0)", Array(pattern(70_000)[($0 * 13)...].prefix(size($0)))) }
}

/// Whether a transaction holds a lock, and is to hold it.
@EventLoopActor
private final class HeldLock {
  var isTaken = false

  func release() { isTaken = false }
}
