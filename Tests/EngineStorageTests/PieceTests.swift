import Digests
import EngineFixture
import EngineStorage
import EventLoop
import HTTPSemantics
import Posix
import Storage
import Synchronization
import Testing

/// Contents that are longer than a piece: they are sent while they come.
@Suite(.enabled(if: hasDatabase))
struct PieceTests {
  private static let pieceSize = 100_000

  private func engine(_ blobs: MemoryBlobStore = MemoryBlobStore()) async throws -> EngineUnderTest<MemoryBlobStore> {
    try await EngineUnderTest.withBucket(blobs, pieceSize: UInt64(Self.pieceSize))
  }

  /// Brings bytes in steps of a body.
  private func bring(_ content: [UInt8], to writer: any ContentWriter) async throws {
    var offset = 0
    while offset < content.count {
      let step = content[offset..<min(content.count, offset + 30_000)]
      try await writer.update { (staged) throws(StorageError) in try staged.append(step.span) }
      offset += step.count
    }
  }

  @Test(arguments: [99_999, 100_000, 100_001, 200_000, 350_000, 1_234_567])
  func aContentOfAnyLengthIsReadAsItWasWritten(_ length: Int) async throws {
    let engine = try await engine()
    let content = pattern(length)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, to: writer)
    try await writer.commit(metadata(of: content), if: .none)
    #expect(engine.blobs.names.count == (length + Self.pieceSize - 1) / Self.pieceSize)
    #expect(try await engine.otherObjects.get("k") == content)
    let opened = try await engine.objects.open(bytes("k"), in: bucket, version: nil)
    for range in [0..<1, 99_990..<100_010, length - 1..<length, 50_000..<length].map({ $0.clamped(to: 0..<length) }) {
      let got = try await opened.reader(UInt64(range.lowerBound)..<UInt64(range.upperBound)).all()
      #expect(got == Array(content[range]))
    }
    #expect(try await engine.residue().isEmpty)
  }

  @Test func piecesAreSentBeforeTheContentIsWholeAndTheirSpaceIsFree() async throws {
    let engine = try await engine()
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    let content = pattern(1_000_000)
    var most: UInt64 = 0
    for start in stride(from: 0, to: 1_000_000, by: 50_000) {
      try await bring(Array(content[start..<start + 50_000]), to: writer)
      most = max(most, engine.spool.bytesInUse)
    }
    // Two that are on their way, and the one that is gathered; of a fourth the bytes of one step.
    #expect(most <= 3 * UInt64(Self.pieceSize) + 30_000)
    for _ in 0..<500 where engine.blobs.names.count < 9 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(engine.blobs.names.count == 9)
    #expect(await failure { try await engine.objects.head(bytes("k"), in: bucket, version: nil) } == .noSuchKey)
    try await writer.commit(metadata(of: content), if: .none)
    #expect(engine.spool.bytesInUse == 0)
    #expect(try await engine.objects.get("k") == content)
  }

  @Test func whoeverBringsBytesWaitsForAnEngineThatTakesNone() async throws {
    let blobs = MemoryBlobStore()
    let engine = try await engine(blobs)
    let gate = Mutex<[CheckedContinuation<Void, Never>]>([])
    // Of each put the answer is late.
    let hold: @Sendable () async -> Void = {
      await withCheckedContinuation { waiting in gate.withLock { $0.append(waiting) } }
    }
    blobs.after(.put, hold)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(pattern(130_000), to: writer)
    for _ in 0..<500 where gate.withLock({ $0.count }) < 1 { try await Task.sleep(for: .milliseconds(10)) }
    blobs.after(.put, hold)
    try await bring(pattern(100_000), to: writer)
    for _ in 0..<500 where gate.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
    let isDone = Mutex(false)
    async let more: Void = {
      try await bring(pattern(100_000), to: writer)
      isDone.withLock { $0 = true }
    }()
    try await Task.sleep(for: .milliseconds(300))
    #expect(!isDone.withLock { $0 })
    for waiting in gate.withLock({ $0 }) { waiting.resume() }
    try await more
    await writer.discard()
    #expect(try await engine.residue().isEmpty && blobs.names.isEmpty)
  }

  /// The piece that fails is not the last one: whoever brings the content is told so with the next bytes, or at the end.
  @Test(arguments: [250_000, 900_000]) func aPieceThatIsRefusedRefusesTheContent(_ length: Int) async throws {
    let engine = try await engine()
    try await engine.objects.put("k", bytes("before"))
    let puts = engine.blobs.count(.put)
    engine.blobs.fail(.put, with: .full("no volume"))
    let content = pattern(length)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    let error = await failure {
      try await bring(content, to: writer)
      try await writer.commit(metadata(of: content), if: .none)
    }
    #expect(error == .full)
    #expect(engine.blobs.count(.put) <= puts + 4)
    await writer.discard()
    #expect(try await engine.objects.get("k") == bytes("before"))
    #expect(engine.spool.bytesInUse == 0)
    #expect(try await engine.residue().isEmpty)
    #expect(engine.blobs.names.count == 1)
  }

  @Test func aContentThatIsGivenUpLeavesOnlyWhatIsSwept() async throws {
    let engine = try await engine()
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(pattern(450_000), to: writer)
    await writer.discard()
    #expect(engine.spool.bytesInUse == 0)
    // What had arrived is swept at once, long before a blob whose writer died.
    try await BlobSweeper(engine.names, engine.blobs).sweep()
    #expect(engine.blobs.names.isEmpty)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func aPreconditionThatFailsGivesAllPiecesUp() async throws {
    let engine = try await engine()
    try await engine.objects.put("k", bytes("before"))
    let content = pattern(450_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, to: writer)
    #expect(await failure { try await writer.commit(metadata(of: content), if: .absent) } == .preconditionFailed)
    try await BlobSweeper(engine.names, engine.blobs).sweep()
    #expect(engine.blobs.names.count == 1)
    #expect(try await engine.objects.get("k") == bytes("before"))
  }

  @Test func whatWasSentCanStillBeReadCutAndEdited() async throws {
    let engine = try await engine()
    let content = pattern(450_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, to: writer)
    let digests = try await writer.update { (staged) throws(StorageError) in
      try staged.truncate(to: 320_000)
      return try staged.digests()
    }
    #expect(digests.sha256 == SHA256.digest(of: Array(content[..<320_000])))
    try await writer.update { (staged) throws(StorageError) in try staged.apply([ByteEdit(range: 5..<150_000)]) }
    let expected = Array(content[..<5] + content[150_000..<320_000])
    try await writer.commit(metadata(of: expected), if: .none)
    #expect(try await engine.objects.get("k") == expected)
    #expect(try await engine.residue().isEmpty)
  }
}
