import Digests
import EngineFixture
import EngineStorage
import HTTPSemantics
import Posix
import Storage
import Testing

/// Which blobs there are, and for how long.
@Suite(.enabled(if: hasDatabase))
struct BlobUseTests {
  @Test func aCopyMovesNoByteAndOutlivesItsSource() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(400_000)
    try await engine.objects.put("source", content)
    let puts = engine.blobs.count(.put)
    try await engine.objects.copy("source", to: "copy")
    try await engine.objects.copy("source", 1_000..<399_000, to: "part")
    try await engine.objects.copy("source", to: "source")
    #expect(engine.blobs.count(.put) == puts && engine.blobs.names.count == 1)
    #expect(try await engine.objects.remove(bytes("source"), in: bucket, version: nil, if: .none))
    #expect(try await engine.residue().isEmpty)
    #expect(try await engine.otherObjects.get("copy") == content)
    #expect(try await engine.otherObjects.get("part") == Array(content[1_000..<399_000]))
    for key in ["copy", "part"] {
      #expect(try await engine.objects.remove(bytes(key), in: bucket, version: nil, if: .none))
    }
    #expect(try await engine.residue().isEmpty)
    #expect(engine.blobs.names.isEmpty)
  }

  @Test func aCompletionMovesNoByte() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    let upload = try await store.beginUpload(of: bytes("k"), in: bucket, metadata(of: []), checksumAlgorithm: nil)
    let pieces = [pattern(300_000), bytes("second"), pattern(70_000)]
    for (index, piece) in pieces.enumerated() {
      let writer = try await store.partWriter(of: upload, in: bucket)
      try await writer.update { (staged) throws(StorageError) in try staged.append(piece.span) }
      try await writer.commit(
        UploadedPart(
          number: index + 1, size: UInt64(piece.count), etag: metadata(of: piece).etag, modified: Clock.now(),
          checksums: [], crc32: 0))
    }
    let puts = engine.blobs.count(.put)
    let whole = pieces.flatMap { $0 }
    try await store.complete(
      upload, try await store.parts(of: upload, in: bucket), in: bucket, metadata(of: whole), if: .none)
    #expect(engine.blobs.count(.put) == puts)
    #expect(try await engine.otherObjects.get("k") == whole)
    // A range that begins in one blob and ends in another.
    let opened = try await store.open(bytes("k"), in: bucket, version: nil)
    #expect(try await opened.reader(299_990..<300_020).all() == Array(whole[299_990..<300_020]))
    #expect(try await engine.residue().isEmpty)
  }

  @Test func aCopyCanBeDigestedBeforeItIsCommitted() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(600_000)
    try await engine.objects.put("source", content)
    let source = try await engine.objects.open(bytes("source"), in: bucket, version: nil)
    let writer = try await engine.objects.writer(of: bytes("copy"), in: bucket)
    try await source.copy(10..<500_000, to: writer)
    let digests = try await writer.update { (staged) throws(StorageError) in
      try staged.append(bytes("end").span)
      return try staged.digests()
    }
    let expected = Array(content[10..<500_000]) + bytes("end")
    #expect(digests.size == UInt64(expected.count) && digests.sha256 == SHA256.digest(of: expected))
    try await writer.commit(metadata(of: expected), if: .none)
    #expect(try await engine.objects.get("copy") == expected)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func whatIsReplacedStaysForItsReaders() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(300_000)
    try await engine.objects.put("k", content)
    let opened = try await engine.otherObjects.open(bytes("k"), in: bucket, version: nil)
    try await engine.objects.put("k", bytes("new"))
    // As the chores do it.
    try await BlobSweeper(engine.names, engine.blobs).sweep()
    #expect(engine.blobs.names.count == 2)
    #expect(try await opened.reader(0..<300_000).all() == content)
    // An hour later.
    #expect(try await BlobSweeper(engine.names, engine.blobs).sweep(replacedSeconds: 0) == 1)
    #expect(await failure { try await opened.reader(0..<300_000).all() } == .versionChanged)
    // What was to be copied from it is gone: it is not named.
    let writer = try await engine.objects.writer(of: bytes("copy"), in: bucket)
    try await opened.copy(0..<300_000, to: writer)
    #expect(await failure { try await writer.commit(opened.head.metadata, if: .none) } == .versionChanged)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func aBlobThatTheEngineHasLostIsNoChangedVersion() async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("k", bytes("content"))
    for name in engine.blobs.names { engine.blobs.lose(name) }
    guard case .unavailable? = await failure({ try await engine.objects.get("k") }) else {
      Issue.record("not said to be unavailable")
      return
    }
  }

  @Test func aSweepThatIsBrokenOffIsDoneByTheNext() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for _ in 0..<3 { try await engine.objects.put("k", bytes("content")) }
    engine.blobs.fail(.remove, with: .unavailable("no answer"))
    let sweeper = BlobSweeper(engine.names, engine.blobs)
    guard case .unavailable? = await failure({ try await sweeper.sweep(replacedSeconds: 0) }) else {
      Issue.record("not said to be unavailable")
      return
    }
    #expect(try await BlobSweeper(engine.otherNames, engine.blobs).sweep() == 2)
    #expect(engine.blobs.names.count == 1)
    #expect(try await engine.residue().isEmpty)
  }

  @Test func whatABlobIsOfTravelsWithIt() async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("ä\n\u{1f600}", bytes("content"))
    var metadata = try #require(engine.blobs.names.first.flatMap { engine.blobs.metadata(of: $0) })
    var json = try JSONParser.parse(Array(metadata.utf8))
    #expect(json["bucket"]?.stringValue == bucket)
    #expect(json["key"]?.stringValue.flatMap { Base64.url.decode($0.utf8) } == bytes("ä\n\u{1f600}"))
    #expect(
      json["object"]?.stringValue?.contains("text\\/plain") ?? false
        || json["object"]?.stringValue?.contains("text/plain") ?? false)
    // Of what is longer than every engine keeps, what names it is left.
    let before = engine.blobs.names
    let long = String(repeating: "k", count: 600)
    try await engine.objects.put(long, bytes("other"))
    metadata = try #require(engine.blobs.names.subtracting(before).first.flatMap { engine.blobs.metadata(of: $0) })
    json = try JSONParser.parse(Array(metadata.utf8))
    #expect(json["key"]?.stringValue.flatMap { Base64.url.decode($0.utf8) } == bytes(long))
  }
}
