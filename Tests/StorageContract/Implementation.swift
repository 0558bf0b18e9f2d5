import MemoryStorage
import Posix
import Storage
import Testing

/// A storage of objects, with all that belongs to it.
typealias Objects = ObjectStore & MultipartStore & BucketCatalog

/// A catalogue of pictures, with the list of those that are blocked.
typealias Pictures = PictureCatalog & BlockedPictureList

/// The storages that keep the contract. Each test runs with every one of them.
enum Implementation: String, CaseIterable, CustomTestStringConvertible {
  /// In memory; readers read on when their content is replaced.
  case memory
  /// In memory; readers notice that their content was replaced, and each chunk comes late.
  case remote

  var testDescription: String { rawValue }

  /// Those that can be made so small that they are full soon.
  static var withLimits: [Implementation] { allCases }

  /// An empty storage of objects.
  /// - Parameter capacity: how many bytes it has room for, about.
  func objects(capacity: UInt64? = nil) async throws -> ObjectsUnderTest {
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
    let space = capacity.map { MemorySpace(capacity: $0) } ?? MemorySpace()
    let catalog = MemoryPictureCatalog(space: space, reading: reading)
    return PicturesUnderTest(catalog: catalog, other: catalog) {
      let leftOver = try await space.bytesInUse - catalog.pictureTotals().bytes
      return leftOver == 0 ? [] : ["\(leftOver) bytes that belong to no picture"]
    }
  }

  /// A storage of documents without any.
  func documents() async throws -> DocumentsUnderTest {
    let store = MemoryDocumentStore()
    return DocumentsUnderTest(store: store, other: store)
  }

  /// Two holders of one lease, and a maker of a third.
  func leases() async throws -> LeasesUnderTest {
    let leases = MemoryLeases()
    return LeasesUnderTest { leases.lease("chores") }
  }

  private var reading: ReadingBehaviour {
    switch self {
    case .memory: ReadingBehaviour()
    case .remote: ReadingBehaviour(chunkSize: 1_000, isLate: true, noticesReplacement: true)
    }
  }
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
