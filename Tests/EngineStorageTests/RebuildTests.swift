import Digests
import EngineFixture
import EngineStorage
import HTTPSemantics
import Posix
import PostgreSQL
import Storage
import Synchronization
import Testing

@Suite(.enabled(if: hasDatabase)) struct RebuildTests {
  private final class ReportedLines: Sendable {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0.sorted() } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
  }

  /// Empty tables over the blobs of an engine, filled from these.
  private func rebuilt(
    _ before: EngineUnderTest<MemoryBlobStore>, _ reported: ReportedLines = ReportedLines()
  ) async throws -> (EngineUnderTest<MemoryBlobStore>, TableRebuild.Report) {
    let engine = try await EngineUnderTest(blobs: before.blobs, beside: before)
    return (engine, try await TableRebuild(engine.names, before.blobs) { reported.add($0) }.run())
  }

  private func contents(_ engine: EngineUnderTest<MemoryBlobStore>) async throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for object in try await engine.objects.list(bucket, ObjectQuery(from: .beginning, limit: 10_000)) {
      found[String(decoding: object.key, as: UTF8.self)] = try await engine.objects.get(
        String(decoding: object.key, as: UTF8.self))
    }
    return found
  }

  private func publish(_ name: String, _ engine: EngineUnderTest<MemoryBlobStore>, called original: String) async throws
  {
    let content = bytes("picture \(name)")
    let writer = try await engine.pictures.pictureWriter()
    try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
    try await writer.publish(
      PictureMetadata(
        name: try #require(StoredName(name)), originalName: original, mediaType: "image/png", width: 3, height: 2,
        content: ContentDigests(
          size: UInt64(content.count), crc32: CRC32.checksum(of: content), sha256: SHA256.digest(of: content)),
        uploadedAt: Timestamp(seconds: 100, nanoseconds: 7),
        visibility: name.hasPrefix("h") ? .unlisted : name.hasPrefix("q") ? .queued : .public,
        expiresAt: name.hasPrefix("h") ? Timestamp(seconds: 4_000_000_000) : nil, uploader: "192.0.2.7"), object: nil)
  }

  @Test func listsAndBytesAreThoseOfBefore() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for number in 0..<250 { try await engine.objects.put("many/\(number)", bytes("content \(number)")) }
    for key in ["x//y", "a", "a/", "ü\n%", "empty"] {
      try await engine.objects.put(key, key == "empty" ? [] : bytes(key))
    }
    try await publish("one.png", engine, called: "Fräulein \"x\".png")
    try await publish("hidden.png", engine, called: "h")
    let all = ObjectQuery(from: .beginning, limit: 10_000)
    let pictures = PictureQuery(limit: 10, includesUnlisted: true)
    let (before, listed) = (try await engine.objects.list(bucket, all), try await engine.pictures.list(pictures))
    let reported = ReportedLines()
    let (anew, report) = try await rebuilt(engine, reported)
    #expect(report == .init(blobs: 257, objects: 255, pictures: 2))
    #expect(reported.lines == [])
    #expect(try await anew.objects.list(bucket, all) == before)
    #expect(try await anew.pictures.list(pictures) == listed)
    #expect(try await contents(anew) == contents(engine))
    #expect(try await anew.names.wrongCounts() == [])
    #expect(try await anew.residue() == [])
  }

  @Test func objectsThatShareABlobAreNamedEach() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let store = engine.objects
    for start in stride(from: 0, to: 48, by: 12) {
      let objects = (start..<start + 12).map { (key: "\($0)/ü\n", content: bytes("content \($0)")) }
      #expect(await store.putTogether(objects).allSatisfy { $0 == nil })
    }
    try await store.put("7/ü\n", pattern(100_000))
    let all = ObjectQuery(from: .beginning, limit: 10_000)
    let before = try await store.list(bucket, all)
    let reported = ReportedLines()
    let (anew, report) = try await rebuilt(engine, reported)
    #expect(report == .init(blobs: 5, objects: 48))
    #expect(reported.lines == [])
    var (expected, found) = (try await contents(engine), try await contents(anew))
    // Both were put in the same second, and the engine's blobs are read in any order.
    #expect(expected.removeValue(forKey: "7/ü\n") != nil && found.removeValue(forKey: "7/ü\n") != nil)
    #expect(found == expected)
    #expect(try await anew.objects.list(bucket, all).map(\.key) == before.map(\.key))
    #expect(try await anew.residue() == [])
    let lengths = SQLStatement("SELECT id, length FROM blobs")
    let known = try await engine.names.pool.run(lengths()).rows.map { "\(try $0.text(0)) \(try $0.integer(1))" }
    let named = try await anew.names.pool.run(lengths()).rows.map { "\(try $0.text(0)) \(try $0.integer(1))" }
    #expect(Set(named).isSubset(of: known) && !named.isEmpty)
  }

  @Test func packWhoseDirectoryIsDamagedIsNamedAndStays() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let ids = ["1", "2", "3"].map { BlobID("blobs/00/\($0)")! }
    try await engine.blobs.put(
      NewBlob(ids[0], length: 0, metadata: #"{"objects":2,"directory":0}"#), from: MemoryContent([]))
    try await engine.blobs.put(
      NewBlob(ids[1], length: 5, metadata: #"{"objects":2,"directory":2}"#), from: MemoryContent(bytes("ab[]]")))
    let reported = ReportedLines()
    let (_, report) = try await rebuilt(engine, reported)
    #expect(report == .init(blobs: 2, unknown: 2))
    #expect(reported.lines.allSatisfy { $0.hasSuffix("its list of objects cannot be read; it stays where it is") })
  }

  @Test func ofTwoContentsOfAKeyTheNewerOneIsNamed() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for number in 0..<8 {
      let content = bytes("\(number)")
      let writer = try await engine.objects.writer(of: bytes("key"), in: bucket)
      try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
      var metadata = metadata(of: content)
      metadata.modified = Timestamp(seconds: 1_000 + Int64(number))
      try await writer.commit(metadata, if: .none)
    }
    let (anew, report) = try await rebuilt(engine)
    #expect(report == .init(blobs: 8, objects: 1))
    #expect(try await anew.objects.get("key") == bytes("7"))
    // What was replaced stays for a day, and is then swept.
    #expect(try await anew.residue() == [])
    #expect(engine.blobs.names.count == 1)
  }

  /// In an engine that tells their MD5, and in one that encrypts.
  @Test(arguments: [true, false])
  func partsAreGivenTheirOrderAndTheirObjectIsNamed(_ reportsMD5: Bool) async throws {
    let engine = try await EngineUnderTest.withBucket(MemoryBlobStore(reportsMD5: reportsMD5))
    let store = engine.objects
    let upload = try await store.beginUpload(
      of: bytes("big"), in: bucket, metadata(of: [], type: "video/mp4"), checksumAlgorithm: nil)
    var parts: [UploadedPart] = []
    for number in [10, 2, 1] {
      let content = pattern(70_000 + number)
      let writer = try await store.partWriter(of: upload, in: bucket)
      try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
      let part = UploadedPart(
        number: number, size: UInt64(content.count), etag: Hexadecimal.encode(MD5.digest(of: content)),
        modified: Clock.now(), checksums: [], crc32: CRC32.checksum(of: content))
      try await writer.commit(part)
      parts.insert(part, at: 0)
    }
    var whole = upload.metadata
    whole.etag = Hexadecimal.encode(MD5.digest(of: parts.flatMap { Hexadecimal.decode($0.etag.utf8) ?? [] })) + "-3"
    (whole.partSizes, whole.uploadID) = (parts.map(\.size), upload.identifier)
    whole.size = parts.reduce(0) { $0 + $1.size }
    try await store.complete(upload, parts, in: bucket, whole, if: .none)
    let reported = ReportedLines()
    let (anew, report) = try await rebuilt(engine, reported)
    #expect(report == .init(blobs: 3, objects: 1, incomplete: 1))
    #expect(reported.lines.count == 1 && reported.lines[0].hasPrefix("things/big: it was put in parts"))
    #expect(try await anew.objects.get("big") == pattern(70_001) + pattern(70_002) + pattern(70_010))
    var head = try await anew.objects.head(bytes("big"), in: bucket, version: nil).metadata
    head.modified = whole.modified
    #expect(head == whole)
  }

  @Test func contentsThatWereSentInPiecesArePutTogether() async throws {
    let engine = try await EngineUnderTest.withBucket(pieceSize: 50_000)
    let content = pattern(170_000)
    try await engine.objects.put("long", content)
    let upload = try await engine.objects.beginUpload(
      of: bytes("parts"), in: bucket, metadata(of: []), checksumAlgorithm: nil)
    let writer = try await engine.objects.partWriter(of: upload, in: bucket)
    try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
    let part = UploadedPart(
      number: 1, size: 170_000, etag: metadata(of: content).etag, modified: Clock.now(), checksums: [], crc32: 0)
    try await writer.commit(part)
    var whole = upload.metadata
    whole.etag = Hexadecimal.encode(MD5.digest(of: MD5.digest(of: content))) + "-1"
    try await engine.objects.complete(upload, [part], in: bucket, whole, if: .none)
    let before = try await engine.objects.head(bytes("long"), in: bucket, version: nil).metadata
    let (anew, report) = try await rebuilt(engine)
    #expect(report == .init(blobs: 8, objects: 2, incomplete: 1))
    #expect(try await contents(anew) == ["long": content, "parts": content])
    #expect(try await anew.objects.head(bytes("long"), in: bucket, version: nil).metadata == before)
    #expect(try await anew.objects.head(bytes("parts"), in: bucket, version: nil).metadata.etag == whole.etag)
    #expect(try await anew.residue() == [])
  }

  @Test func ofAContentThatWasBrokenOffOrHasLostAPieceNothingIsNamed() async throws {
    let engine = try await EngineUnderTest.withBucket(pieceSize: 50_000)
    let writer = try await engine.objects.writer(of: bytes("broken off"), in: bucket)
    try await writer.update { (staged) throws(StorageError) in try staged.append(pattern(120_000).span) }
    for _ in 0..<500 where engine.blobs.names.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    let strays = engine.blobs.names
    try await engine.objects.put("long", pattern(170_000))
    let piece = engine.blobs.names.subtracting(strays).first { name in
      engine.blobs.metadata(of: name)?.contains("\"piece\"") == true
    }
    engine.blobs.lose(try #require(piece))
    let reported = ReportedLines()
    let (anew, report) = try await rebuilt(engine, reported)
    #expect(report == .init(blobs: 5, unknown: 2, incomplete: 1))
    #expect(reported.lines.count == 2, "\(reported.lines)")
    #expect(try await anew.objects.bucketNames() == [])
  }

  /// What the engine does not tell is found by reading.
  @Test(arguments: [true, false])
  func whatDoesNotTravelWithABlobIsNamed(_ reportsMD5: Bool) async throws {
    let engine = try await EngineUnderTest.withBucket(MemoryBlobStore(reportsMD5: reportsMD5))
    let writer = try await engine.objects.writer(of: bytes("much"), in: bucket)
    try await writer.update { (staged) throws(StorageError) in try staged.append(bytes("x").span) }
    var much = metadata(of: bytes("x"))
    much.userMetadata = [NameValuePair("a", String(repeating: "b", count: 2_000))]
    try await writer.commit(much, if: .none)
    try await publish("long.png", engine, called: String(repeating: "ы", count: 127))
    let stray = BlobID("blobs/00/stray")!
    try await engine.blobs.put(NewBlob(stray, length: 0), from: MemoryContent([]))
    let reported = ReportedLines()
    let (anew, report) = try await rebuilt(engine, reported)
    #expect(report == .init(blobs: 3, objects: 1, pictures: 1, unknown: 1, incomplete: 2))
    #expect(
      reported.lines == [
        "blobs/00/stray: it does not say for what it was put; it stays where it is",
        "images/long.png: its original name and its size in pixels were too long to travel with it",
        "things/much: its metadata were too long to travel with it",
      ])
    #expect(try await anew.objects.get("much") == bytes("x"))
    let head = try await anew.objects.head(bytes("much"), in: bucket, version: nil)
    #expect(head.metadata.etag == Hexadecimal.encode(MD5.digest(of: bytes("x"))))
    let picture = try #require(try await anew.pictures.metadata(of: StoredName("long.png")!))
    #expect(picture.mediaType == "image/png" && picture.content.crc32 == CRC32.checksum(of: bytes("picture long.png")))
  }

  @Test func pictureThatHasToBeReadAndCannotBeIsNamedAndKeepsNobodyElse() async throws {
    let engine = try await EngineUnderTest.withBucket(MemoryBlobStore(reportsMD5: false))
    try await publish("a.png", engine, called: "a")
    try await engine.objects.put("k", bytes("content"))
    engine.blobs.fail(.read, with: .unavailable("no answer"))
    let reported = ReportedLines()
    let (anew, report) = try await rebuilt(engine, reported)
    #expect(report.pictures == 0 && report.incomplete == 1)
    #expect(reported.lines.contains { $0.contains("images/a.png could not be read") })
    #expect(try await anew.objects.get("k") == bytes("content"))
  }

  @Test func approvedPicturesWaitOnceMoreAndAreCounted() async throws {
    let engine = try await EngineUnderTest.withBucket()
    for name in ["queued.png", "quick.png", "open.png"] { try await publish(name, engine, called: name) }
    let quick = StoredName("quick.png")!
    #expect(try await engine.pictures.approve([quick]).count == 1)
    let (anew, report) = try await rebuilt(engine)
    #expect(report == .init(blobs: 3, pictures: 3, waiting: 2))
    #expect(try await anew.pictures.metadata(of: quick)?.visibility == .queued)
    #expect(try await anew.pictures.approve([quick]).map(\.name) == [quick])
  }

  @Test func tablesThatAreInUseAreLeftAlone() async throws {
    let engine = try await EngineUnderTest.withBucket()
    try await engine.objects.put("key", bytes("x"))
    await #expect(
      throws: StorageError.notAllowed("the tables are not empty: they are rebuilt into an empty database only")
    ) { try await TableRebuild(engine.names, engine.blobs) { _ in }.run() }
  }
}
