import EngineFixture
import EngineStorage
import EventLoop
import LocalStorage
import Posix
import PostgreSQLFixture
import Storage
import StorageCopy
import Testing

/// Between a data folder and the storage of several hosts, either way.
@Suite(.enabled(if: PostgreSQLServer.isInstalled)) struct RealStorageTests {
  private static let pool = BlockingPool(name: "copy", limit: 8)

  private func folder(_ folder: TemporaryFolder) throws -> CopiedStorage {
    let hidden = try PrivateFolder(dataFolder: folder.path)
    let catalog = try LocalPictureCatalog(
      dataFolder: folder.path, privateFolder: hidden, pool: Self.pool, threads: DiskThreads(),
      inspect: { _, _ in nil }, measure: { _ in nil }, log: { _ in })
    let files = try BucketStore(dataFolder: folder.path, privateFolder: hidden, log: { _ in })
    return CopiedStorage(
      objects: LocalObjectStore(files, pool: Self.pool, threads: DiskThreads()), pictures: catalog,
      documents: LocalDocumentStore(in: hidden, pool: Self.pool))
  }

  private func shared(_ engine: EngineUnderTest<MemoryBlobStore>) async -> CopiedStorage {
    CopiedStorage(objects: engine.objects, pictures: engine.pictures, documents: await engine.documents())
  }

  @Test func aFolderGoesToAnEngineAndBackUnchanged() async throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    let (old, new) = (try folder(first), try folder(second))
    let engine = try await EngineUnderTest()
    let between = await shared(engine)
    try await old.fill()
    let there = Copy(old, between)
    let report = try await there.run()
    #expect(report.obstacles == 0 && there.reported == [])
    #expect(report.objects.copied == 33 && report.pictures.copied == 3)
    #expect(try await Contents(of: between) == Contents(of: old))
    let again = try await Copy(old, between) { $0.verifies = true }.run()
    #expect(again.objects.copied + again.pictures.copied + again.documents.copied == 0 && again.obstacles == 0)
    let back = Copy(between, new)
    #expect(try await back.run().obstacles == 0)
    #expect(back.reported == [])
    #expect(try await Contents(of: new) == Contents(of: old))
    #expect(try await engine.residue() == [])
  }

  @Test func keysThatAreNoPathsStayBehindAndAreNamed() async throws {
    let destination = try TemporaryFolder()
    let engine = try await EngineUnderTest()
    let source = await shared(engine)
    try await source.fill()
    let deep = Array(repeating: "d", count: 400).joined(separator: "/")
    for key in ["x//y", "x/../y", "t/", "t", "t/u"] { try await source.put(key, bytes(key)) }
    try await source.put(deep, bytes("deep"))
    let copy = Copy(source, try folder(destination))
    let report = try await copy.run()
    #expect(report.obstacles == copy.reported.count)
    let found = try await Contents(of: try folder(destination))
    let wanted = try await Contents(of: source)
    let named = copy.reported.compactMap { line in line.split(separator: ":").first.map(String.init) }
    // All is there, or is named.
    #expect(Set(wanted.objects.keys).subtracting(found.objects.keys) == Set(named))
    for (key, object) in found.objects { #expect(object == wanted.objects[key]) }
  }

  @Test func whatTheEngineLostIsFoundByReadingBackAndCopiedAgain() async throws {
    let source = try TemporaryFolder()
    let engine = try await EngineUnderTest()
    let (old, new) = (try folder(source), await shared(engine))
    try await old.fill()
    _ = try await Copy(old, new).run()
    let named = try await engine.names.namedBlobs()
    #expect(engine.blobs.names == named)
    // Small objects share blobs, and nobody misses that of an empty one.
    for lost in named where lost.hasPrefix("blobs/") { engine.blobs.lose(lost) }
    engine.blobs.lose(try #require(named.first { $0.hasPrefix("images/") }))
    #expect(try await Copy(old, new).run().objects.copied == 0)
    let copy = Copy(old, new) { $0.verifies = true }
    let report = try await copy.run()
    let notEmpty = try await Contents(of: old).objects.values.count { !$0.bytes.isEmpty }
    #expect(
      report.objects.copied == notEmpty && report.pictures.copied == 1 && report.obstacles == 0,
      "\(report) \(copy.reported)")
    #expect(copy.reported.count == report.objects.copied + 1)
    #expect(copy.reported.allSatisfy { $0.hasSuffix("; it is copied again") })
    #expect(try await Contents(of: new) == Contents(of: old))
  }
}
