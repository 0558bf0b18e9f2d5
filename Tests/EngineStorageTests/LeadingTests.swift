import Digests
import EngineFixture
import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import Storage
import Synchronization
import Testing

@testable import EngineStorage

/// Long contents that come fast: the engine takes them as they come.
@Suite(.enabled(if: hasDatabase))
struct LeadingTests {
  private static let pieceSize = 100_000
  /// What is held back of a content until its checksums are right.
  private static let lastPart = pieceSize / 256

  private func engine(
    _ blobs: MemoryBlobStore = MemoryBlobStore(), isFast: Bool = true
  ) async throws -> EngineUnderTest<MemoryBlobStore> {
    try await EngineUnderTest.withBucket(
      blobs, pieceSize: UInt64(Self.pieceSize), fastBeginning: isFast ? .max : 0)
  }

  /// Brings a part of a content as whoever receives a body does.
  private func bring(
    _ content: [UInt8], _ part: Range<Int>? = nil, to writer: any ContentWriter, mayLead: Bool = true,
    md5: @escaping @Sendable ([UInt8]) -> [UInt8] = { MD5.digest(of: $0) }
  ) async throws {
    let part = part ?? 0..<content.count
    if part.lowerBound == 0 { writer.expect(UInt64(content.count)) }
    var offset = part.lowerBound
    while offset < part.upperBound {
      let step = content[offset..<min(part.upperBound, offset + 30_000)]
      try await writer.update { (staged) throws(StorageError) in
        if step.startIndex == 0, mayLead { staged.allowLeading() }
        try staged.append(step)
        if let end = staged.leadingLength.map({ Int($0) }), step.startIndex < end, end <= step.endIndex {
          staged.supplyLeadingMD5(md5(Array(content[..<end])))
        }
      }
      offset += step.count
    }
  }

  @Test(arguments: [200_000, 200_001, 350_000, 1_234_567])
  func aContentIsOneBlobAndALastPart(_ length: Int) async throws {
    let engine = try await engine()
    let content = pattern(length)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, to: writer)
    #expect(engine.spool.bytesInUse <= UInt64(Self.pieceSize + Self.lastPart))
    try await writer.commit(metadata(of: content), if: .none)
    #expect(engine.blobs.names.count == 2)
    #expect(try await engine.otherObjects.get("k") == content)
    let opened = try await engine.objects.open(bytes("k"), in: bucket, version: nil)
    let edge = length - Self.lastPart
    for range in [0..<1, 49_990..<90_010, edge - 1..<edge + 1, edge..<length, length - 1..<length] {
      let got = try await opened.reader(UInt64(range.lowerBound)..<UInt64(range.upperBound)).all()
      #expect(got == Array(content[range]))
    }
    #expect(engine.spool.bytesInUse == 0)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func oneThatComesSlowlyIsShortOrIsReadBackIsPutInPieces() async throws {
    let content = pattern(450_000)
    for (isFast, mayLead) in [(false, true), (true, false)] {
      let engine = try await engine(isFast: isFast)
      let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
      try await bring(content, to: writer, mayLead: mayLead)
      try await writer.commit(metadata(of: content), if: .none)
      #expect(engine.blobs.names.count == 5)
      #expect(try await engine.objects.get("k") == content)
    }
    let engine = try await engine()
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(Array(content[..<199_999]), to: writer)
    try await writer.commit(metadata(of: Array(content[..<199_999])), if: .none)
    #expect(engine.blobs.names.count == 2)
    #expect(try await engine.objects.head(bytes("k"), in: bucket, version: nil).metadata.size == 199_999)
    #expect(try await engine.objects.get("k") == Array(content[..<199_999]))
  }

  /// The request cannot have its MD5, and the answer has none to compare.
  @Test func anEngineThatAnswersNoMD5GetsPieces() async throws {
    let engine = try await engine(MemoryBlobStore(reportsMD5: false))
    let content = pattern(450_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, to: writer)
    try await writer.commit(metadata(of: content), if: .none)
    #expect(engine.blobs.names.count == 5)
  }

  @Test func theTablesAreMadeAnewFromItsBlobs() async throws {
    let engine = try await engine()
    let content = pattern(450_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, to: writer)
    try await writer.commit(metadata(of: content), if: .none)
    let before = try await engine.objects.head(bytes("k"), in: bucket, version: nil).metadata
    let anew = try await EngineUnderTest(blobs: engine.blobs, beside: engine)
    let report = try await TableRebuild(anew.names, engine.blobs) { _ in }.run()
    #expect(report == .init(blobs: 2, objects: 1))
    #expect(try await anew.objects.get("k") == content)
    #expect(try await anew.objects.head(bytes("k"), in: bucket, version: nil).metadata == before)
    #expect(try await anew.residue().isEmpty)
  }

  /// The bytes that were sent are not here any more, and the put cannot begin again.
  @Test(arguments: [BlobError.full("no volume"), .unavailable("away")])
  func anEngineThatDoesNotTakeItRefusesIt(_ failure: BlobError) async throws {
    let engine = try await engine()
    try await engine.objects.put("k", bytes("before"))
    engine.blobs.fail(.put, with: failure)
    let content = pattern(900_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    let error = await EngineStorageTests.failure {
      try await bring(content, to: writer)
      try await writer.commit(metadata(of: content), if: .none)
    }
    #expect(error == StorageError(failure))
    await writer.discard()
    // The next one is put in pieces, each of which can be put again.
    #expect(!engine.spool.mayLead)
    #expect(try await engine.objects.get("k") == bytes("before"))
    #expect(engine.spool.bytesInUse == 0)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func aWrongDigestRefusesIt() async throws {
    let engine = try await engine()
    let content = pattern(300_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    let error = await failure {
      try await bring(content, to: writer) { _ in MD5.digest(of: [1]) }
      try await writer.commit(metadata(of: content), if: .none)
    }
    guard case .unavailable? = error else {
      Issue.record("it was taken: \(String(describing: error))")
      return
    }
    await writer.discard()
    #expect(await failure { try await engine.objects.head(bytes("k"), in: bucket, version: nil) } == .noSuchKey)
    #expect(engine.blobs.names.isEmpty)
    #expect(try await engine.residue().isEmpty)
  }

  /// While the engine waits for more of it.
  @Test(arguments: [90_000, 250_000])
  func aSenderThatGoesAwayLeavesNothing(_ length: Int) async throws {
    let engine = try await engine()
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(pattern(900_000), 0..<length, to: writer)
    await writer.discard()
    #expect(engine.spool.bytesInUse == 0 && engine.blobs.names.isEmpty)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func aContentThatEndsTooSoonIsNoObject() async throws {
    let engine = try await engine()
    let content = pattern(900_000)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(content, 0..<300_000, to: writer)
    let error = await failure { try await writer.commit(metadata(of: Array(content[..<300_000])), if: .none) }
    guard case .unavailable? = error else {
      Issue.record("it was taken: \(String(describing: error))")
      return
    }
    #expect(engine.blobs.names.isEmpty)
  }

  /// Such as one whose checksum turns out to be wrong.
  @Test func aContentThatIsGivenUpAtItsEndIsSweptAtOnce() async throws {
    let engine = try await engine()
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(pattern(300_000), to: writer)
    try await writer.update { (staged) throws(StorageError) in staged.removeAll() }
    await writer.discard()
    #expect(engine.blobs.names.count == 1)
    try await BlobSweeper(engine.names, engine.blobs).sweep()
    #expect(engine.blobs.names.isEmpty)
  }

  /// What is refused in the middle is thrown away, and the put ends though its sender goes on.
  @Test func aContentThatIsTakenBackIsNoLongerSent() async throws {
    let engine = try await engine()
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await bring(pattern(900_000), 0..<300_000, to: writer)
    try await writer.update { (staged) throws(StorageError) in staged.removeAll() }
    #expect(try await writer.update { (staged) throws(StorageError) in staged.size } == 0)
    await writer.discard()
    #expect(engine.blobs.names.isEmpty)
    #expect(try await engine.residue().isEmpty)
  }
}
