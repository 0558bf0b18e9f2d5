import Digests
import EngineFixture
import EngineStorage
import Posix
import Storage
import Synchronization
import Testing

/// Stands for the trees of a host.
struct NoTrees: TreeStore {
  func tree(_ selection: TreeSelection) -> any Tree { fatalError("not asked for") }
}

@Suite(.enabled(if: hasDatabase))
struct TreeTests {
  private func tree(
    _ engine: EngineUnderTest<MemoryBlobStore>, _ scope: TreeSelection.Scope, filter: TreeSelection.Filter? = nil
  ) -> any Tree {
    EngineTrees(engine.objects, pictures: engine.pictures, photos: .elsewhere(NoTrees())).tree(
      TreeSelection(bucket: bucket, scope, filter: filter))
  }

  @Test func objectsBelowAPrefixAreItsFiles() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for key in ["a", "trip/1.jpg", "trip/sub/2.jpg", "trip//3.jpg", "trip/../4.jpg", "trip/", "trip/hidden", "trip0"] {
      try await engine.objects.put(key, bytes("of \(key)"))
    }
    let whole = try await tree(engine, .prefix(bytes("trip/"))).list()
    #expect(whole.members.map { String(decoding: $0.path, as: UTF8.self) } == ["1.jpg", "hidden", "sub/2.jpg"])
    #expect(whole.members[0].size == 13 && whole.members[0].mode == 0o100644)
    #expect(whole.members[0].modified == Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789))
    let part = try await tree(engine, .prefix(bytes("trip/"))) { key, metadata in
      metadata() != nil && key != bytes("trip/hidden")
    }.list()
    #expect(part.members.count == 2)
    let chosen = tree(engine, .chosen([(bytes("trip/sub/2.jpg"), bytes("second")), (bytes("a"), bytes("first"))]))
    let members = try await chosen.list().members
    #expect(members.map { String(decoding: $0.path, as: UTF8.self) } == ["first", "second"])
    #expect(
      await failure { try await tree(engine, .chosen([(bytes("missing"), bytes("x"))])).list() } == .versionChanged)
    let missing = EngineTrees(engine.objects, pictures: engine.pictures, photos: .elsewhere(NoTrees())).tree(
      TreeSelection(bucket: "missing", .prefix([])))
    #expect(await failure { try await missing.list() } == .noSuchBucket)
  }

  @Test func filesAreReadAsTheyWereListedOrNotAtAll() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let long = pattern(100_000)
    try await engine.objects.put("t/long", long)
    try await engine.objects.put("t/short", bytes("short"))
    let tree = tree(engine, .prefix(bytes("t/")))
    let members = try await tree.list().members
    #expect(try await tree.firstUnreadable(of: members) == nil)
    #expect(try await tree.firstChanged(of: members[...]) == nil)
    let contents = await tree.open(members.map { TreeRead($0, 0..<$0.size) })
    guard case .success(.opened(let opened)) = contents[0], case .success(.bytes(let short)) = contents[1] else {
      Issue.record("\(contents)")
      return
    }
    #expect(try await opened.reader(0..<100_000).all() == long && short == bytes("short"))
    try await engine.otherObjects.put("t/short", bytes("other"))
    #expect(try await tree.firstChanged(of: members[...])?.path == bytes("short"))
    let again = await tree.open(members.map { TreeRead($0, 0..<$0.size) })
    guard case .success = again[0], case .failure(.versionChanged) = again[1] else {
      Issue.record("\(again)")
      return
    }
  }

  @Test func aPhotoThatWasReplacedSinceItWasLookedAtIsNotRead() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let photos = EnginePhotos(
      engine.names, engine.blobs, PhotoRules(isShown: { _ in true }, mediaType: { _ in "image/jpeg" }))
    let id = try #require(BlobID("photos/trip/a.jpg"))
    try await engine.blobs.put(NewBlob(id, length: 100_000), from: MemoryContent(pattern(100_000)))
    let opened = try await photos.open(bytes("trip/a.jpg"), in: "photos", version: nil)
    #expect(try await opened.reader(5..<90_000).all() == Array(pattern(100_000)[5..<90_000]))
    engine.blobs.lose(id.name)
    try await engine.blobs.put(NewBlob(id, length: 100_000), from: MemoryContent(pattern(100_000).reversed()))
    #expect(await failure { try await opened.reader(0..<100_000).all() } == .versionChanged)
  }

  @Test func aChecksumIsFoundOutOnce() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(200_000)
    try await engine.objects.put("t/k", content)
    let members = try await tree(engine, .prefix(bytes("t/"))).list().members
    #expect(members[0].crc32 == nil)
    let found = Mutex<[UInt32]>([])
    tree(engine, .prefix(bytes("t/"))).findChecksums(of: members) { outcomes in
      found.withLock { $0 += outcomes.compactMap { try? $0.outcome.get() } }
    }
    for _ in 0..<1_000 where found.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(10)) }
    #expect(found.withLock { $0 } == [CRC32.checksum(of: content)])
    #expect(try await tree(engine, .prefix(bytes("t/"))).list().members[0].crc32 == CRC32.checksum(of: content))
  }
}
