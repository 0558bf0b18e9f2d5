import Digests
import HTTPSemantics
import MemoryStorage
import Posix
import Storage
import StorageCopy
import Testing

struct CopyTests {
  private func filled(faults: FaultPlan = FaultPlan()) async throws -> CopiedStorage {
    let storage = CopiedStorage.inMemory(faults: faults)
    try await storage.fill()
    return storage
  }

  @Test func everythingArrivesAsItIs() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    let copy = Copy(source, destination)
    let report = try await copy.run()
    #expect(try await Contents(of: destination) == Contents(of: source))
    #expect(report.objects.copied == 33 && report.pictures.copied == 3 && report.buckets.copied == 2)
    #expect(report.blocked.copied == 1 && report.documents.copied == 2)
    #expect(report.objects.bytes == 370_002 + 1 + 10 * 9 + 20 * 10)
    #expect(report.obstacles == 0 && copy.reported == [])
  }

  @Test func aSecondRunCopiesNothing() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    _ = try await Copy(source, destination).run()
    var expected = CopyReport()
    (expected.buckets.seen, expected.objects.seen, expected.pictures.seen) = (2, 33, 3)
    (expected.blocked.seen, expected.documents.seen) = (1, 2)
    #expect(try await Copy(source, destination).run() == expected)
  }

  @Test func aSecondRunDoesOnlyWhatHasChanged() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    _ = try await Copy(source, destination).run()
    try await source.put("many/3", bytes("other"))
    try await source.put("new", bytes("new"))
    try await source.objects.change(bytes("many/4"), in: "things", version: nil, .tags([NameValuePair("a", "b")]))
    try await source.objects.change(bytes("many/5"), in: "things", version: nil, .accessControlList("public-read"))
    try await source.objects.configure("things", .document("cors", nil))
    try await source.objects.configure("things", .accessControlList("private"))
    try await source.publish("later.png", bytes("later"), at: 50)
    _ = try await source.pictures.remove(StoredName("first.png")!)
    try await source.publish("first.png", bytes("first"), at: 10) { $0.visibility = .unlisted }
    let keys = try await source.documents.document("keys.json")
    _ = try await source.documents.replace("keys.json", keys?.version, with: bytes("{}"))
    let report = try await Copy(source, destination).run()
    #expect(try await Contents(of: destination) == Contents(of: source))
    #expect(report.objects.copied == 2 && report.objects.changed == 2 && report.objects.bytes == 8)
    #expect(report.pictures.copied == 2 && report.buckets.changed == 1 && report.documents.copied == 1)
  }

  @Test func whatTheSourceDoesNotHaveIsRemovedOnlyWhenAskedFor() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    _ = try await Copy(source, destination).run()
    let before = try await Contents(of: destination)
    _ = try await source.objects.remove(bytes("many/3"), in: "things", version: nil, if: .none)
    try await source.objects.deleteBucket("empty")
    _ = try await source.pictures.remove(StoredName("first.png")!)
    try await source.pictures.unblock(SHA256.digest(of: bytes("bad")))
    try await destination.put("stray", bytes("stray"), in: "empty")
    _ = try await destination.objects.remove(bytes("stray"), in: "empty", version: nil, if: .none)
    _ = try await Copy(source, destination).run()
    #expect(try await Contents(of: destination) == before)
    try await destination.put("stray", bytes("stray"), in: "empty")
    let report = try await Copy(source, destination) { $0.removes = true }.run()
    #expect(try await Contents(of: destination) == Contents(of: source))
    #expect(report.objects.removed == 2 && report.buckets.removed == 1)
    #expect(report.pictures.removed == 1 && report.blocked.removed == 1)
  }

  @Test func listsOfManyPagesAreComparedInTheirOrder() async throws {
    let (source, destination) = (CopiedStorage.inMemory(), CopiedStorage.inMemory())
    for storage in [source, destination] {
      try await storage.objects.createBucket("things", BucketConfiguration(owner: "", created: Timestamp(seconds: 7)))
    }
    for number in 0..<2_500 { try await source.put("\(number * 2)", bytes("\(number)")) }
    for number in 0..<2_500 { try await destination.put("\(number * 3)", bytes("stray")) }
    let report = try await Copy(source, destination) { $0.removes = true }.run()
    #expect(try await Contents(of: destination) == Contents(of: source))
    #expect(report.objects.removed == 2_500 - 834 && report.objects.copied == 2_500)
  }

  @Test func uploadsInPartsStayBehindAndAreNamed() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    let metadata = ObjectMetadata(
      etag: "", size: 0, modified: Clock.now(), contentType: "text/plain", owner: "anna")
    let upload = try await source.objects.beginUpload(
      of: bytes("big\nfile"), in: "things", metadata, checksumAlgorithm: nil)
    let copy = Copy(source, destination)
    #expect(try await copy.run().obstacles == 1)
    #expect(
      copy.reported == [
        "things/big%0Afile: an upload in parts is under way (\(upload.identifier)); it stays behind"
      ])
    #expect(try await destination.objects.uploads(in: "things") == [])
  }

  @Test func aStorageThatIsAwayForAMomentIsWaitedFor() async throws {
    let faults = FaultPlan()
    let (source, destination) = (try await filled(), CopiedStorage.inMemory(faults: faults))
    faults.fail(.commit, call: 5, times: 3, with: .unavailable("away"))
    faults.fail(.list, with: .unavailable("away"))
    let copy = Copy(source, destination) { $0.width = 1 }
    #expect(try await copy.run().obstacles == 0)
    #expect(copy.pausedSeconds == [1, 1, 2, 4])
    #expect(try await Contents(of: destination) == Contents(of: source))
  }

  @Test func aRunThatBreaksOffIsGoneOnWith() async throws {
    let faults = FaultPlan()
    let (source, destination) = (try await filled(), CopiedStorage.inMemory(faults: faults))
    faults.fail(.commit, call: 12, times: 1_000, with: .full)
    let copy = Copy(source, destination) { $0.width = 1 }
    await #expect(throws: StorageError.full) { try await copy.run() }
    #expect(copy.copier.report.objects.copied == 11)
    faults.clear()
    #expect(try await Copy(source, destination).run().objects.copied == 22)
    #expect(try await Contents(of: destination) == Contents(of: source))
  }

  @Test func bytesThatAreNotThoseOfTheirChecksumsAreNamedAndStayBehind() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    try await source.put("bad/tag", bytes("x")) { $0.etag = Hexadecimal.encode(MD5.digest(of: bytes("y"))) }
    try await source.put("bad/crc", bytes("x")) { $0.crc32 = 1 }
    try await source.put("bad/parts", bytes("xy")) {
      $0.etag = Hexadecimal.encode(MD5.digest(of: bytes("y"))) + "-2"
      $0.partSizes = [1, 1]
    }
    try await source.publish("bad.png", bytes("bad picture"), at: 60) {
      $0.content.sha256 = SHA256.digest(of: bytes("y"))
    }
    let copy = Copy(source, destination)
    let report = try await copy.run()
    #expect(report.obstacles == 4 && report.objects.copied == 33 && report.pictures.copied == 3)
    let why = "the bytes at the source are not those of its checksums"
    #expect(copy.reported.map { $0.contains(why) } == [true, true, true, true])
    #expect(
      copy.reported.map { $0.prefix(16) } == [
        "images/bad.png: ", "things/bad/crc: ", "things/bad/parts", "things/bad/tag: ",
      ])
    #expect(
      try await destination.objects.list("things", ObjectQuery(from: .at(bytes("bad")), limit: 1)).map(\.key) == [
        bytes("empty")
      ])
  }

  @Test func anObjectThatGoesWhileItIsCopiedIsNoObstacle() async throws {
    let faults = FaultPlan()
    let (source, destination) = (try await filled(faults: faults), CopiedStorage.inMemory())
    faults.before(.open) {
      for number in 0..<30 {
        _ = try? await source.objects.remove(bytes("many/\(number)"), in: "things", version: nil, if: .none)
      }
    }
    let copy = Copy(source, destination) { $0.width = 1 }
    #expect(try await copy.run().obstacles == 0)
    #expect(try await Contents(of: destination) == Contents(of: source))
  }

  @Test func aBlockedPictureThatIsStoredIsNamedInALaterRun() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    _ = try await Copy(source, destination).run()
    try await source.pictures.unblock(SHA256.digest(of: bytes("bad")))
    try await source.publish("bad.png", bytes("bad"), at: 60)
    let copy = Copy(source, destination)
    #expect(try await copy.run().obstacles == 1)
    #expect(copy.reported == ["images/bad.png: the picture is blocked"])
  }

  @Test func aBucketOfAnotherOwnerIsNamed() async throws {
    let (source, destination) = (try await filled(), CopiedStorage.inMemory())
    try await destination.objects.createBucket(
      "empty", BucketConfiguration(owner: "carl", created: Timestamp(seconds: 7)))
    let copy = Copy(source, destination)
    #expect(try await copy.run().obstacles == 1)
    #expect(
      copy.reported == [
        "bucket empty: it was there already, with the owner carl and the region of the store; it stays so"
      ])
  }
}
