import EngineFixture
import HTTPSemantics
import PostgreSQL
import Storage
import Testing

@testable import EngineStorage

/// What becomes of packs of which an object is gone.
@Suite(.enabled(if: hasDatabase))
struct PackRenewalTests {
  private func renewal(_ engine: EngineUnderTest<MemoryBlobStore>) -> PackRenewal {
    PackRenewal(names: engine.names, blobs: engine.blobs, publisher: engine.objects.publisher)
  }

  @Test func whatIsLeftOfPacksWithGapsMovesAndNothingOfTheOthersStays() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    let objects = some(60)
    for start in stride(from: 0, to: 60, by: 15) {
      #expect(await store.putTogether(Array(objects[start..<start + 15])).allSatisfy { $0 == nil })
    }
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 0, "none has a gap")
    for (number, (key, _)) in objects.enumerated() {
      switch number % 4 {
      case 0: #expect(try await store.remove(bytes(key), in: bucket, version: nil, if: .none))
      case 1: try await store.put(key, bytes("replaced"))
      case 2: try await store.change(bytes(key), in: bucket, version: nil, .tags([NameValuePair("a", "b")]))
      default: break
      }
    }
    let opened = try await store.open(bytes(objects[3].key), in: bucket, version: nil)
    #expect(try await renewal(engine).run() == 0, "they are left alone for an hour")
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 4)
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 0)
    // Whoever reads goes on where he began, and a copy of the database that is some days old names nothing that is gone.
    try await BlobSweeper(engine.names, engine.blobs).sweep(replacedSeconds: -6 * 86_400)
    #expect(try await opened.reader(0..<opened.head.metadata.size).all() == objects[3].content)
    #expect(try await engine.residue() == [])
    var bytesLeft = 0
    for (number, (key, content)) in objects.enumerated() where number % 4 > 1 {
      bytesLeft += content.count
      #expect(try await store.get(key) == content)
      let head = try await store.head(bytes(key), in: bucket, version: nil).metadata
      #expect(head.etag == metadata(of: content).etag && head.tags.count == (number % 4 == 2 ? 1 : 0))
    }
    // What was deleted and replaced is in no blob, and in no directory of one.
    let (anew, report) = try await rebuilt(engine)
    #expect(report.objects == 45 && report.incomplete == 0 && report.unknown == 0)
    #expect(try await anew.objects.get(objects[1].key) == bytes("replaced"))
    #expect(await failure { try await anew.objects.get(objects[0].key) } == .noSuchKey)
    #expect(try await anew.objects.head(bytes(objects[2].key), in: bucket, version: nil).metadata.tags.count == 1)
  }

  /// An archive that is under way, and its entity tag.
  @Test func objectThatIsMovedIsTheSameVersion() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(12)
    #expect(await engine.objects.putTogether(objects).allSatisfy { $0 == nil })
    func versions() async throws -> [ContentVersion] {
      var all: [ContentVersion] = []
      for (key, _) in objects where key != objects[5].key {
        all.append(try await engine.objects.open(bytes(key), in: bucket, version: nil).head.version)
      }
      let members = try await EngineTrees(
        engine.objects, pictures: engine.pictures, photos: .elsewhere(NoTrees())
      ).tree(TreeSelection(bucket: bucket, .prefix([]), filter: nil)).list().members
      return all + members.filter { $0.path != bytes(objects[5].key) }.map(\.version)
    }
    let before = try await versions()
    #expect(before.count == 22 && Set(before.map { "\($0)" }).count == 11)
    #expect(try await engine.objects.remove(bytes(objects[5].key), in: bucket, version: nil, if: .none))
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 1)
    #expect(try await versions() == before)
    // One that is put again with other bytes is another.
    try await engine.objects.put(objects[6].key, bytes("other"))
    #expect(try await versions() != before)
  }

  /// An object whose bytes are damaged is not given a digest that says they are right.
  @Test func damagedBytesAreNotMoved() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(12)
    #expect(await engine.objects.putTogether(objects).allSatisfy { $0 == nil })
    let pack = engine.blobs.names
    #expect(try await engine.objects.remove(bytes(objects[5].key), in: bucket, version: nil, if: .none))
    engine.blobs.damageNextRead(at: 200)
    #expect(try await renewal(engine).run(pauseSeconds: 0, budget: 1) == 0)
    #expect(engine.blobs.names.count == 2 && engine.blobs.names.isSuperset(of: pack))
    // The next day the engine gives it as it is.
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 1)
    for (number, (key, content)) in objects.enumerated() where number != 5 {
      #expect(try await engine.objects.get(key) == content)
    }
  }

  @Test func packThatCannotBeReadKeepsNoOtherFromBeingMoved() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(24)
    for half in [objects[..<12], objects[12...]] {
      #expect(await engine.objects.putTogether(Array(half)).allSatisfy { $0 == nil })
    }
    for number in [3, 20] {
      #expect(try await engine.objects.remove(bytes(objects[number].key), in: bucket, version: nil, if: .none))
    }
    engine.blobs.fail(.read, with: .unavailable("500"))
    #expect(try await renewal(engine).run(pauseSeconds: 0, budget: 1) == 1)
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 1)
    for (number, (key, content)) in objects.enumerated() where number != 3 && number != 20 {
      #expect(try await engine.objects.get(key) == content)
    }
    #expect(try await engine.residue() == [])
  }

  private func rebuilt(
    _ engine: EngineUnderTest<MemoryBlobStore>
  ) async throws -> (EngineUnderTest<MemoryBlobStore>, TableRebuild.Report) {
    let anew = try await EngineUnderTest(blobs: engine.blobs, beside: engine)
    return (anew, try await TableRebuild(anew.names, anew.blobs) { _ in }.run())
  }

  @Test func objectThatChangesWhileItIsMovedKeepsItsNewContent() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    let objects = some(12)
    #expect(await store.putTogether(objects).allSatisfy { $0 == nil })
    #expect(try await store.remove(bytes(objects[5].key), in: bucket, version: nil, if: .none))
    engine.blobs.after(.put) {
      _ = await failure { try await store.put(objects[7].key, pattern(70_000)) }
      _ = await failure { try await store.remove(bytes(objects[8].key), in: bucket, version: nil, if: .none) }
    }
    // The pack that they were moved to has gaps for those that changed.
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 2)
    for (number, (key, content)) in objects.enumerated() {
      if number == 5 || number == 8 {
        #expect(await failure { try await store.get(key) } == .noSuchKey)
      } else {
        #expect(try await store.get(key) == (number == 7 ? pattern(70_000) : content))
      }
    }
    #expect(try await engine.residue() == [])
  }

  @Test(arguments: [BlobError.unavailable("no answer"), .full("no volume")])
  func renewalThatTheEngineFailsIsDoneAgainLater(_ fault: BlobError) async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(12)
    #expect(await engine.objects.putTogether(objects).allSatisfy { $0 == nil })
    #expect(try await engine.objects.remove(bytes(objects[5].key), in: bucket, version: nil, if: .none))
    engine.blobs.fail(.put, with: fault)
    #expect(await failure { try await renewal(engine).run(pauseSeconds: 0) } != nil)
    #expect(try await renewal(engine).run(pauseSeconds: 0) == 1)
    for (number, (key, content)) in objects.enumerated() where number != 5 {
      #expect(try await engine.objects.get(key) == content)
    }
    #expect(try await engine.residue() == [])
  }

  @Test func packThatTheEngineHasLostIsNotLookedAtForEver() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let objects = some(12)
    #expect(await engine.objects.putTogether(objects).allSatisfy { $0 == nil })
    for name in engine.blobs.names { engine.blobs.lose(name) }
    #expect(try await engine.objects.remove(bytes(objects[5].key), in: bucket, version: nil, if: .none))
    #expect(try await renewal(engine).run(pauseSeconds: 0, budget: 1) == 0)
    #expect(try await renewal(engine).run() == 0)
    // Once nothing of it is left, it is forgotten.
    for (number, (key, _)) in objects.enumerated() where number != 5 {
      #expect(try await engine.objects.remove(bytes(key), in: bucket, version: nil, if: .none))
    }
    _ = try await renewal(engine).run()
    #expect(try await engine.names.pool.run(SQLStatement("SELECT 1 FROM packs_with_gaps")()).count == 0)
  }
}
