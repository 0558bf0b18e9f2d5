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
    var offset = part.lowerBound
    while offset < part.upperBound {
      let step = content[offset..<min(part.upperBound, offset + 30_000)]
      try await writer.update { (staged) throws(StorageError) in
        if step.startIndex == 0 {
          staged.expect(UInt64(content.count))
          if mayLead { staged.allowLeading() }
        }
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

/// How a long blob is read.
struct RequestLengthTests {
  private func parts(of slices: [BlobSlice]) -> [BlobSlice] {
    Array(IteratorSequence(BlobSliceParts(slices, upTo: 100)))
  }

  @Test(arguments: [[100], [100, 1], [100, 100, 100, 50], [99], [0]] as [[UInt64]])
  func aRangeIsAskedForInParts(_ lengths: [UInt64]) {
    let length = lengths.reduce(0, +)
    var slice = BlobSlice(id: .fresh(), start: 7, length: length)
    slice.entityTag = "tag"
    let parts = parts(of: [slice])
    #expect(parts.map(\.length) == lengths)
    #expect(parts.first?.start == 7 && parts.last?.end == 7 + length)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.end == $1.start })
    #expect(parts.allSatisfy { $0.id == slice.id && $0.entityTag == "tag" })
  }

  @Test func aPhotoWithoutATagIsAskedForAtOnce() {
    for (id, tag, count) in [
      (BlobID.photo("photos/a/b.jpg"), "", 1), (.photo("photos/a/b.jpg"), "tag", 3), (.fresh(), nil, 3),
    ] {
      #expect(parts(of: [BlobSlice(id: id, start: 0, length: 300, entityTag: tag)]).count == count)
    }
  }

  @Test func severalRangesKeepTheirOrder() {
    let (first, second, third) = (BlobID.fresh(), BlobID.fresh(), BlobID.fresh())
    let slices = [
      BlobSlice(id: first, start: 5, length: 150), BlobSlice(id: second, start: 0, length: 100),
      BlobSlice(id: third, start: 9, length: 201),
    ]
    #expect(
      parts(of: slices) == [
        BlobSlice(id: first, start: 5, length: 100), BlobSlice(id: first, start: 105, length: 50), slices[1],
        BlobSlice(id: third, start: 9, length: 100), BlobSlice(id: third, start: 109, length: 100),
        BlobSlice(id: third, start: 209, length: 1),
      ])
    #expect(parts(of: []).isEmpty)
  }
}

/// The bytes of such a content, between the steps that bring them and the put that takes them.
@Suite(.enabled(if: hasDatabase))
struct LeadingStreamTests {
  private static let content = pattern(6_000_000)
  private static let beginning = 100_000

  /// - Parameter longestPause: by default longer than any test waits for its turn on the loop.
  private func stream(
    _ length: Int, longestPause: UInt64 = 3_600_000_000_000
  ) async throws -> LeadingStream {
    TestLoop.start()
    let folder = SharedDescriptor(try FileDescriptor.open("/tmp", [.directory]))
    let spool = Spool(in: folder, capacity: 1 << 30, pool: BlockingPool(name: "spool", limit: 1))
    let bytes = SpooledBytes(spool, expecting: UInt64(length))
    try bytes.append(Self.content.span.extracting(..<Self.beginning))
    return await LeadingStream(after: bytes, length: UInt64(length), longestPause: longestPause)
  }

  private static func append(_ range: Range<Int>, to stream: LeadingStream) throws {
    #expect(try stream.append(content[range]).isEmpty)
  }

  @Test func bytesBehindItsEndAreGivenBack() async throws {
    let stream = try await stream(300_000)
    #expect(try stream.append(Self.content[100_000..<310_000]) == Self.content[300_000..<310_000])
    #expect(stream.size == 300_000)
  }

  @Test func itsBeginningCanBeReadAgainAndTheRestCannot() async throws {
    let stream = try await stream(300_000)
    try Self.append(100_000..<300_000, to: stream)
    try await TestLoop.run { () async throws in
      for _ in 0..<2 {
        #expect(try await stream.bytes(at: 0, upTo: 1_000) == Self.content[..<1_000])
        #expect(try await stream.bytes(at: 99_999, upTo: 1_000) == Self.content[99_999..<100_000])
      }
      #expect(stream.canBeginAgain)
      #expect(try await Array(stream.bytes(at: 100_000, upTo: 1_000)) == Array(Self.content[100_000..<101_000]))
      #expect(!stream.canBeginAgain)
      #expect(try await stream.bytes(at: 0, upTo: 10) == Self.content[..<10])
      await #expect(throws: BlobError.self) { try await stream.bytes(at: 100_000, upTo: 1_000) }
    }
  }

  @Test func aPauseOfItsSenderIsBridgedWithWhatWasHeldBack() async throws {
    let stream = try await stream(5_000_000)
    try Self.append(100_000..<400_000, to: stream)
    try await TestLoop.run { () async throws in
      let first = try await stream.bytes(at: 100_000, upTo: 100_000).count
      #expect(first == 300_000 / LeadingStream.trickleParts + 1)
      let began = EventLoop.current.now
      let second = try await stream.bytes(at: 100_000 + UInt64(first), upTo: 100_000).count
      #expect(second > 0 && second <= first)
      #expect(EventLoop.current.now - began >= LeadingStream.trickleNanoseconds / 2)
      // More has come than is held back.
      try Self.append(400_000..<1_000_000, to: stream)
      #expect(try await stream.bytes(at: UInt64(100_000 + first + second), upTo: 100_000).count == 100_000)
    }
  }

  /// The engine is not to wait until more has come than is held back.
  @Test func aSenderThatIsSlowButNeverPausesIsBridgedAsWell() async throws {
    let stream = try await stream(5_000_000)
    try Self.append(100_000..<101_000, to: stream)
    try await TestLoop.run { () async throws in
      var (taken, isEnded): (Int, Bool) = (0, false)
      EventLoop.current.start {
        while let bytes = try? await stream.bytes(at: 100_000 + UInt64(taken), upTo: 100_000) { taken += bytes.count }
        isEnded = true
      }
      // More often than once a second.
      for step in 1...6 {
        await EventLoop.current.sleep(nanoseconds: 400_000_000)
        try Self.append(100_000 + step * 1_000..<101_000 + step * 1_000, to: stream)
        stream.wake()
      }
      #expect(taken > 0)
      stream.fail(.full)
      stream.wake()
      #expect(await TestLoop.until { isEnded })
    }
  }

  @Test func aSenderThatPausesForTooLongIsGivenUp() async throws {
    let stream = try await stream(5_000_000, longestPause: 500_000_000)
    try await TestLoop.run { () async throws in
      await #expect(throws: BlobError.content(.unavailable("the sender of a long content has paused for too long"))) {
        var offset: UInt64 = 0
        while true { offset += UInt64(try await stream.bytes(at: offset, upTo: 100_000).count) }
      }
      #expect(stream.hasFailed)
    }
  }

  /// As a body in chunks of a byte brings them.
  @Test func bytesThatComeOneByOneLeaveTogether() async throws {
    let stream = try await stream(1_000_000)
    for index in 100_000..<1_000_000 { try Self.append(index..<index + 1, to: stream) }
    try await TestLoop.run { () async throws in
      var (offset, count): (Int, Int) = (100_000, 0)
      while offset < 1_000_000 {
        let bytes = try await stream.bytes(at: UInt64(offset), upTo: 1 << 20)
        #expect(Array(bytes) == Array(Self.content[offset..<offset + bytes.count]))
        offset += bytes.count
        count += 1
      }
      #expect(count < 20)
    }
  }

  @Test func whoeverBringsBytesWaitsWhileTooManyWait() async throws {
    let stream = try await stream(5_000_000)
    try Self.append(100_000..<3_000_000, to: stream)
    try await TestLoop.run { () async throws in
      var isDrained = false
      EventLoop.current.start {
        await stream.drain()
        isDrained = true
      }
      await TestLoop.settle()
      #expect(!isDrained)
      var offset: UInt64 = 100_000
      while 3_000_000 - offset > LeadingStream.mostWaiting {
        #expect(!isDrained)
        offset += UInt64(try await stream.bytes(at: offset, upTo: 100_000).count)
        await TestLoop.settle()
      }
      #expect(isDrained)
    }
  }

  /// Whoever gives it up knows then what the engine has.
  @Test func whatIsWholeIsPutToItsEnd() async throws {
    let stream = try await stream(200_000)
    try Self.append(100_000..<200_000, to: stream)
    stream.supply(md5: [1])
    stream.fail(.full)
    try await TestLoop.run { () async throws in
      #expect(try await stream.bytes(at: 100_000, upTo: 200_000).count == 100_000)
      #expect(try await stream.bytes(at: 200_000, upTo: 1).isEmpty)
      #expect(try await stream.finalMD5() == [1])
    }
  }

  @Test func whoeverWaitsForItFindsThatItHasFailed() async throws {
    let stream = try await stream(5_000_000)
    try await TestLoop.run { () async throws in
      var error: BlobError?
      EventLoop.current.start {
        do throws(BlobError) { _ = try await stream.bytes(at: 100_000, upTo: 1) } catch let failure { error = failure }
      }
      await TestLoop.settle()
      #expect(error == nil)
      stream.fail(.full)
      stream.wake()
      await TestLoop.settle()
      #expect(error == .content(.full))
      #expect(stream.hasFailed)
      await #expect(throws: BlobError.content(.full)) { try await stream.finalMD5() }
      #expect(throws: StorageError.full) { try stream.append(Self.content[100_000..<100_001]) }
    }
  }
}
