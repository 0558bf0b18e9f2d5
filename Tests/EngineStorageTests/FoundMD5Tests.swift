import Digests
import EngineFixture
import HTTPSemantics
import Storage
import Testing

@testable import EngineStorage

/// Objects whose MD5 nobody knows before the engine has them.
@Suite(.enabled(if: hasDatabase))
struct FoundMD5Tests {
  private static let pieceSize: UInt64 = 1_000_000

  private static func engine(
    findsMD5: Bool = true, reportsMD5: Bool = true
  ) async throws -> EngineUnderTest<MemoryBlobStore> {
    try await .withBucket(MemoryBlobStore(reportsMD5: reportsMD5, findsMD5: findsMD5), pieceSize: pieceSize)
  }

  /// Puts as PutObject does.
  /// - Returns: what the storage has said of the content, and the metadata that it was put with.
  private static func put(
    _ content: [UInt8], crc32: UInt32? = nil, to engine: EngineUnderTest<MemoryBlobStore>
  ) async throws -> (findsMD5: Bool, metadata: ObjectMetadata) {
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    writer.expect(UInt64(content.count))
    let findsMD5 = try await writer.update { (staged) throws(StorageError) in
      let findsMD5 = staged.findsMD5
      for start in stride(from: 0, to: content.count, by: 60_000) {
        try staged.append(content[start..<min(content.count, start + 60_000)])
      }
      return findsMD5
    }
    let final = try await writer.commit(if: .none, appending: nil) { (_) throws(StorageError) in
      var metadata = metadata(of: content)
      if findsMD5 { metadata.etag = "" }
      metadata.crc32 = crc32 ?? CRC32.checksum(of: content)
      return metadata
    }
    return (findsMD5, final)
  }

  @Test(arguments: [65_536, 65_537, 1_000_000, 1_000_001])
  func entityTagIsThatWhichTheEngineHasFound(_ length: Int) async throws {
    let engine = try await Self.engine()
    let content = pattern(length)
    let md5 = Hexadecimal.encode(MD5.digest(of: content))
    let (findsMD5, final) = try await Self.put(content, to: engine)
    // What shares a blob, and what becomes several, is digested before.
    #expect(findsMD5 == (length > 65_536 && length <= Self.pieceSize))
    #expect(final.etag == md5)
    let stored = try await engine.objects.head(bytes("k"), in: bucket, version: nil).metadata
    #expect(stored.etag == md5 && stored.size == UInt64(length))
    #expect(try await engine.objects.get("k") == content)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func anotherChecksumIsRefusedAndLeavesWhatWasThere() async throws {
    let engine = try await Self.engine()
    try await engine.objects.put("k", bytes("before"))
    await #expect(throws: CommitError<StorageError>.self) {
      try await Self.put(pattern(100_000), crc32: 1, to: engine)
    }
    #expect(try await engine.objects.get("k") == bytes("before"))
  }

  @Test func anEngineThatFindsNoneIsGivenIt() async throws {
    let engine = try await Self.engine(findsMD5: false)
    #expect(try await !Self.put(pattern(100_000), to: engine).findsMD5)
  }

  /// Its blob was put without a tag, and lies in an engine by now that tells the MD5, or that does not.
  @Test(arguments: [true, false]) func theTablesThatAreMadeAnewHaveTheTag(_ reportsMD5: Bool) async throws {
    let engine = try await Self.engine(reportsMD5: reportsMD5)
    let content = pattern(100_000)
    _ = try await Self.put(content, to: engine)
    let rebuilt = try await EngineUnderTest(blobs: engine.blobs, beside: engine)
    _ = try await TableRebuild(rebuilt.names, engine.blobs) { _ in }.run()
    let stored = try await rebuilt.objects.head(bytes("k"), in: bucket, version: nil).metadata
    #expect(stored.etag == Hexadecimal.encode(MD5.digest(of: content)) && stored.crc32 == CRC32.checksum(of: content))
    #expect(try await rebuilt.objects.get("k") == content)
  }
}
