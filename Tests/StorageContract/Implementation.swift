import EngineFixture
import EngineStorage
import EventLoop
import Foundation
import LocalStorage
import MemoryStorage
import Posix
import PostgreSQLFixture
import S3EngineFixture
import Storage
import Testing

/// A storage of objects, with all that belongs to it.
typealias Objects = ObjectStore & MultipartStore & BucketCatalog

/// A catalogue of pictures, with the list of those that are blocked, and the trash.
typealias Pictures = PictureCatalog & BlockedPictureList & PictureTrash

/// The storages that keep the contract. Each test runs with every one of them.
enum Implementation: String, CaseIterable, CustomTestStringConvertible {
  /// In memory; readers read on when their content is replaced.
  case memory
  /// In memory; readers notice that their content was replaced, and each chunk comes late.
  case remote
  /// Plain files.
  case local
  /// Names in a database, bytes in an engine in memory.
  case engine
  /// The same with bytes in SeaweedFS.
  case seaweedfs
  /// The same with bytes in a folder that rclone serves.
  case rclone
  /// The same with bytes in the object store of another Vitrine.
  case vitrine
  /// The same with bytes in Ceph.
  case rgw

  /// All that can be tested here.
  static let allCases: [Implementation] =
    [.memory, .remote, .local] + (PostgreSQLServer.isInstalled ? [.engine] + realEngines : [])

  /// Those over a server that speaks S3: of the names in `VITRINE_TEST_ENGINES`, by default none.
  private static let realEngines: [Implementation] =
    (ProcessInfo.processInfo.environment["VITRINE_TEST_ENGINES"] ?? "").split(separator: ",").map { name in
      guard let engine = Implementation(rawValue: String(name)), engine.kind != nil else {
        fatalError("VITRINE_TEST_ENGINES: there is no engine \(name)")
      }
      return engine
    }

  /// The server that keeps the bytes.
  private var kind: S3Engine.Kind? {
    switch self {
    case .memory, .remote, .local, .engine: nil
    case .seaweedfs: .seaweedfs
    case .rclone: .rclone
    case .vitrine: .vitrine
    case .rgw: .rgw
    }
  }

  var testDescription: String { rawValue }

  /// Those that can be made so small that they are full soon.
  static let withLimits: [Implementation] =
    SmallFileSystem.isPossible ? [.memory, .remote, .local] : [.memory, .remote]

  /// An empty storage of objects.
  /// - Parameter capacity: how many bytes it has room for, about.
  func objects(capacity: UInt64? = nil) async throws -> ObjectsUnderTest {
    if self == .local { return try localObjects(capacity) }
    if let kind { return try await objects(over: SharedEngine.blobs(in: kind)) }
    if self == .engine { return try await objects(over: MemoryBlobStore()) }
    let space = capacity.map { MemorySpace(capacity: $0) } ?? MemorySpace()
    let store = MemoryObjectStore(space: space, reading: reading)
    return ObjectsUnderTest(store: store, other: store) {
      let objects = await bytes(of: store)
      let leftOver = space.bytesInUse - objects
      return leftOver == 0 ? [] : ["\(leftOver) bytes that belong to no object"]
    }
  }

  /// An empty catalogue of pictures.
  func pictures(capacity: UInt64? = nil) async throws -> PicturesUnderTest {
    if self == .local { return try localPictures(capacity) }
    if let kind { return try await pictures(over: SharedEngine.blobs(in: kind)) }
    if self == .engine { return try await pictures(over: MemoryBlobStore()) }
    let space = capacity.map { MemorySpace(capacity: $0) } ?? MemorySpace()
    let catalog = MemoryPictureCatalog(space: space, reading: reading)
    return PicturesUnderTest(catalog: catalog, other: catalog) {
      let leftOver = try await space.bytesInUse - catalog.pictureTotals().bytes
      return leftOver == 0 ? [] : ["\(leftOver) bytes that belong to no picture"]
    }
  }

  /// A storage of documents without any.
  func documents() async throws -> DocumentsUnderTest {
    // The bytes of documents are rows.
    if self == .engine || kind != nil {
      let engine = try await EngineUnderTest()
      let (store, other) = (await engine.documents(), await engine.otherDocuments())
      return DocumentsUnderTest(store: store, other: other, keepAlive: engine)
    }
    guard self == .local else {
      let store = MemoryDocumentStore()
      return DocumentsUnderTest(store: store, other: store)
    }
    let folder = try TemporaryFolder()
    func open() throws -> LocalDocumentStore {
      LocalDocumentStore(in: try PrivateFolder(dataFolder: folder.path), pool: .forTests)
    }
    return DocumentsUnderTest(store: try open(), other: try open(), keepAlive: folder)
  }

  /// Two holders of one lease, and a maker of a third.
  func leases() async throws -> LeasesUnderTest {
    if self == .engine || kind != nil {
      let engine = try await EngineUnderTest()
      return LeasesUnderTest { EngineLease("chores", engine.names) }
    }
    guard self == .local else {
      let leases = MemoryLeases()
      return LeasesUnderTest { leases.lease("chores") }
    }
    let folder = try TemporaryFolder()
    return LeasesUnderTest { LocalLease("chores", in: try PrivateFolder(dataFolder: folder.path), pool: .forTests) }
  }

  private func objects(over blobs: some BlobStore) async throws -> ObjectsUnderTest {
    // So small that the contents of these tests are sent in pieces.
    let engine = try await EngineUnderTest(blobs: blobs, pieceSize: kind == nil ? 5_000 : 16 << 20)
    return ObjectsUnderTest(store: engine.objects, other: engine.otherObjects) { try await engine.residue() }
  }

  private func pictures(over blobs: some BlobStore) async throws -> PicturesUnderTest {
    let engine = try await EngineUnderTest(blobs: blobs)
    return PicturesUnderTest(catalog: engine.pictures, other: engine.otherPictures) { try await engine.residue() }
  }

  private func localObjects(_ capacity: UInt64?) throws -> ObjectsUnderTest {
    let folder = try TemporaryFolder(capacity: capacity)
    func open() throws -> LocalObjectStore {
      let files = try BucketStore(
        dataFolder: folder.path, privateFolder: PrivateFolder(dataFolder: folder.path), log: { _ in })
      return LocalObjectStore(files, pool: .forTests, threads: DiskThreads())
    }
    let store = try open()
    return ObjectsUnderTest(store: store, other: try open()) {
      var uploads: Set<String> = []
      for bucket in try await store.bucketNames() {
        uploads.formUnion(try await store.uploads(in: bucket).map(\.identifier))
      }
      // The settings of buckets, and uploads that are under way, belong in the hidden folders; all else is left over.
      return folder.files.filter { file in
        let path = file.split(separator: "/").map(String.init)
        guard path.count > 3, path[0] == "buckets", path[2] == ".vitrine" else { return false }
        if path[3...] == ["bucket.json"] { return false }
        return !(path[3] == "uploads" && path.count == 6 && uploads.contains(path[4]) && !path[5].hasPrefix("."))
      }
    }
  }

  private func localPictures(_ capacity: UInt64?) throws -> PicturesUnderTest {
    let folder = try TemporaryFolder(capacity: capacity)
    func open() throws -> LocalPictureCatalog {
      try LocalPictureCatalog(
        dataFolder: folder.path, privateFolder: PrivateFolder(dataFolder: folder.path), pool: .forTests,
        threads: DiskThreads(), inspect: { _, _ in nil }, measure: { _ in nil }, log: { _ in })
    }
    let catalog = try open()
    return PicturesUnderTest(catalog: catalog, other: try open()) {
      // Nothing is over at that time.
      let all = PictureQuery(limit: 1_000, includesUnlisted: true, now: Timestamp(seconds: 0))
      let names = Set(try await catalog.list(all).images.map(\.name.text))
      return folder.files.filter { file in
        (file.hasPrefix("images/") || file.hasPrefix("thumbs/"))
          && !names.contains(String(file.split(separator: "/").last ?? ""))
      }
    }
  }

  private var reading: ReadingBehaviour {
    switch self {
    case .memory, .local, .engine, .seaweedfs, .rclone, .vitrine, .rgw: ReadingBehaviour()
    case .remote: ReadingBehaviour(chunkSize: 1_000, isLate: true, noticesReplacement: true)
    }
  }
}

extension BlockingPool {
  /// The threads that wait for disks here.
  static let forTests = BlockingPool(name: "contract", limit: 16)
}

/// A storage of objects under test.
struct ObjectsUnderTest: Sendable {
  let store: any Objects
  /// The same storage, as another process has it.
  let other: any Objects
  /// What is left over that belongs to no object, and must not be.
  let residue: @Sendable () async throws -> [String]
}

/// A catalogue of pictures under test.
struct PicturesUnderTest: Sendable {
  let catalog: any Pictures
  /// The same catalogue, as another process has it.
  let other: any Pictures
  /// What is left over that belongs to no picture, and must not be.
  let residue: @Sendable () async throws -> [String]
}

/// A storage of documents under test.
struct DocumentsUnderTest: Sendable {
  let store: any DocumentStore
  /// The same storage, as another process has it.
  let other: any DocumentStore
  /// What they are in, if it ends with the test.
  var keepAlive: (any Sendable)?
}

/// A lease under test.
struct LeasesUnderTest: Sendable {
  /// One that may take it, as another process has it.
  let make: @Sendable () throws -> any Lease
}

/// The bytes of all objects and parts.
private func bytes(of store: MemoryObjectStore) async -> UInt64 {
  var sum: UInt64 = 0
  for bucket in (try? await store.bucketNames()) ?? [] {
    sum += (try? await store.totals(of: bucket).bytes) ?? 0
    for upload in (try? await store.uploads(in: bucket)) ?? [] {
      sum += ((try? await store.parts(of: upload, in: bucket)) ?? []).reduce(0) { $0 + $1.size }
    }
  }
  return sum
}
