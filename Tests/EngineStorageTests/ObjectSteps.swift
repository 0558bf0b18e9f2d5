import Digests
import EngineFixture
import EngineStorage
import HTTPSemantics
import Posix
import PostgreSQLFixture
import Storage
import Testing

/// Whether there is a server to test with.
let hasDatabase = PostgreSQLServer.isInstalled

let bucket = "things"

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Bytes that no two places of have the same.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) } }

func metadata(of content: [UInt8], type: String = "text/plain") -> ObjectMetadata {
  ObjectMetadata(
    etag: Hexadecimal.encode(MD5.digest(of: content)), size: UInt64(content.count),
    modified: Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789), contentType: type, owner: "anna")
}

extension EngineUnderTest where Blobs == MemoryBlobStore {
  static func withBucket(
    _ blobs: MemoryBlobStore = MemoryBlobStore(), pieceSize: UInt64 = 16 << 20, fastBeginning: UInt64 = 0
  ) async throws -> EngineUnderTest {
    let engine = try await EngineUnderTest(blobs: blobs, pieceSize: pieceSize, fastBeginning: fastBeginning)
    try await engine.objects.createBucket(bucket, BucketConfiguration(owner: "anna", created: Clock.now()))
    return engine
  }
}

extension EngineObjectStore {
  func put(
    _ key: String, _ content: [UInt8], if precondition: Precondition = .none, type: String = "text/plain"
  ) async throws {
    let writer = try await writer(of: bytes(key), in: bucket)
    try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
    try await writer.commit(metadata(of: content, type: type), if: precondition)
  }

  func get(_ key: String) async throws -> [UInt8] {
    let opened = try await open(bytes(key), in: bucket, version: nil)
    return try await opened.reader(0..<opened.head.metadata.size).all()
  }

  func copy(_ source: String, _ range: Range<UInt64>? = nil, to key: String) async throws {
    let opened = try await open(bytes(source), in: bucket, version: nil)
    let writer = try await writer(of: bytes(key), in: bucket)
    try await opened.copy(range ?? 0..<opened.head.metadata.size, to: writer)
    var metadata = opened.head.metadata
    if let range { metadata.size = UInt64(range.count) }
    try await writer.commit(metadata, if: .none)
  }
}

extension ObjectReader {
  func all() async throws -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await next(secured: true) {
      if case .bytes(let bytes) = chunk { all += bytes }
    }
    return all
  }
}

/// The error of a body.
func failure(_ body: () async throws -> some Any) async -> StorageError? {
  do {
    _ = try await body()
    return nil
  } catch let error as StorageError {
    return error
  } catch {
    Issue.record(error)
    return nil
  }
}
