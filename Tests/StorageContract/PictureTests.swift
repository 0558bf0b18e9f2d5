import Digests
import HTTPSemantics
import Posix
import Storage
import Testing

/// The moment at which the tests' pictures are looked at.
private let now = Timestamp(seconds: 1_800_000_000)

extension PictureCatalog {
  /// Publishes a picture that holds its own name, or a given content.
  @discardableResult
  func publish(
    _ name: String, at seconds: Int64 = 1_700_000_000, _ content: String? = nil, object: ObjectMetadata? = nil,
    change: (inout PictureMetadata) -> Void = { _ in }
  ) async throws -> PictureMetadata {
    let content = bytes(content ?? "content of \(name)")
    let writer = try await pictureWriter()
    try await writer.append(content)
    var metadata = pictureMetadata(name, content, at: seconds)
    change(&metadata)
    try await writer.publish(metadata, object: object)
    return metadata
  }

  func names(_ query: PictureQuery = PictureQuery(limit: 1_000, now: now)) async throws -> [String] {
    try await list(query).images.map(\.name.text)
  }

  func content(of name: String) async throws -> [UInt8] {
    let opened = try await open(try #require(StoredName(name)), now: now)
    return try await opened.reader(0..<opened.head.metadata.size).rest()
  }
}

private func pictureMetadata(_ name: String, _ content: [UInt8], at seconds: Int64) -> PictureMetadata {
  PictureMetadata(
    name: StoredName(name)!, originalName: "cat \(name)", mediaType: "image/jpeg", width: 1_200, height: 800,
    content: ContentDigests(
      size: UInt64(content.count), crc32: CRC32.checksum(of: content), sha256: SHA256.digest(of: content)),
    uploadedAt: Timestamp(seconds: seconds, nanoseconds: 123_456_789), uploader: "192.0.2.7")
}

struct PictureTests {
  @Test(arguments: Implementation.allCases)
  func aPictureIsPublishedWithAllThatIsKnownOfIt(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let published = try await pictures.catalog.publish("a.jpg") { $0.originalName = "ü \"x\"\n.jpg" }
    let found = try #require(try await pictures.other.metadata(of: published.name))
    #expect(found.isSame(as: published))
    #expect(try await pictures.other.content(of: "a.jpg") == bytes("content of a.jpg"))
    #expect(try await pictures.other.names() == ["a.jpg"])
    #expect(try await pictures.catalog.metadata(of: StoredName("b.jpg")!) == nil)
    await #expect(throws: StorageError.noSuchKey) { try await pictures.catalog.content(of: "b.jpg") }
  }

  @Test(arguments: Implementation.allCases)
  func aNameIsTakenOnce(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    try await pictures.catalog.publish("a.jpg", "first")
    await #expect(throws: StorageError.objectExists) { try await pictures.other.publish("a.jpg", "second") }
    #expect(try await pictures.catalog.content(of: "a.jpg") == bytes("first"))
    let results = await race(16) { number in
      try await (number.isMultiple(of: 2) ? pictures.catalog : pictures.other).publish("b.jpg", "by \(number)")
    }
    let winners = results.indices.filter { results[$0].isSuccess }
    #expect(winners.count == 1)
    #expect(results.compactMap(\.failure).allSatisfy { $0 == .objectExists })
    #expect(try await pictures.catalog.content(of: "b.jpg") == bytes("by \(winners[0])"))
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aPictureThatIsNotPublishedLeavesNothing(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let writer = try await pictures.catalog.pictureWriter()
    try await writer.append(ReaderTests.content)
    await writer.discard()
    do {
      let dying = try await pictures.catalog.pictureWriter()
      try await dying.append(ReaderTests.content)
    }
    #expect(try await pictures.other.names().isEmpty)
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aPictureCanBeEditedBeforeItIsPublished(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let writer = try await pictures.catalog.pictureWriter()
    try await writer.append(bytes("a secret picture and more"))
    let edited = try await writer.update { (staged) throws(StorageError) in
      try staged.apply([ByteEdit(range: 2..<9)])
      try staged.truncate(to: 9)
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = try staged.read(into: &buffer, at: 0)
      return Array(buffer[..<count])
    }
    #expect(edited == bytes("a picture"))
    try await writer.publish(pictureMetadata("a.jpg", edited, at: 1), object: nil)
    #expect(try await pictures.other.content(of: "a.jpg") == bytes("a picture"))
  }

  @Test(arguments: Implementation.allCases)
  func aRemovedPictureIsGoneWithItsThumbnails(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let name = try await pictures.catalog.publish("a.jpg").name
    try await pictures.catalog.keepThumbnail(bytes("small"), of: name, .single)
    try await pictures.other.keepThumbnail(bytes("large"), of: name, .double)
    #expect(try await pictures.other.remove(name))
    #expect(try await !pictures.catalog.remove(name))
    #expect(try await pictures.catalog.metadata(of: name) == nil)
    #expect(try await pictures.catalog.names().isEmpty)
    #expect(try await pictures.catalog.pictureTotals() == PictureTotals())
    // One that is made too late is not kept.
    try await pictures.catalog.keepThumbnail(bytes("late"), of: name, .single)
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func theListIsNewestFirstInPages(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    for (name, seconds) in [("b", 2), ("d", 4), ("a", 1), ("c2", 3), ("c1", 3), ("e", 5)] as [(String, Int64)] {
      try await pictures.catalog.publish("\(name).jpg", at: seconds)
    }
    let all = ["e.jpg", "d.jpg", "c2.jpg", "c1.jpg", "b.jpg", "a.jpg"]
    #expect(try await pictures.other.names() == all)
    for limit in 1...7 {
      var paged: [String] = []
      var cursor: PictureCursor?
      repeat {
        let page = try await pictures.other.list(PictureQuery(limit: limit, after: cursor, now: now))
        #expect(page.images.count == min(limit, all.count - paged.count))
        paged += page.images.map(\.name.text)
        cursor = page.next
      } while cursor != nil
      #expect(paged == all)
    }
    // A page goes on behind a picture that is gone.
    let page = try await pictures.catalog.list(PictureQuery(limit: 3, now: now))
    #expect(try await pictures.other.remove(StoredName("c2.jpg")!))
    #expect(
      try await pictures.catalog.names(PictureQuery(limit: 9, after: page.next, now: now)) == [
        "c1.jpg", "b.jpg", "a.jpg",
      ])
  }

  @Test(arguments: Implementation.allCases)
  func unlistedPicturesAreOnlyInListsThatAskForThem(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    try await pictures.catalog.publish("a.jpg", at: 1)
    let hidden = try await pictures.catalog.publish("b.jpg", at: 2) { $0.visibility = .unlisted }
    #expect(try await pictures.other.names() == ["a.jpg"])
    #expect(
      try await pictures.other.names(PictureQuery(limit: 9, includesUnlisted: true, now: now)) == ["b.jpg", "a.jpg"])
    #expect(try await pictures.other.named().map(\.name.text) == ["a.jpg"])
    #expect(try await pictures.other.named(includesUnlisted: true).map(\.name.text) == ["a.jpg", "b.jpg"])
    #expect(try await pictures.other.metadata(of: hidden.name)?.visibility == .unlisted)
    let size = UInt64("content of a.jpg".utf8.count)
    #expect(try await pictures.other.pictureTotals() == PictureTotals(listed: 1, unlisted: 1, bytes: 2 * size))
  }

  @Test(arguments: Implementation.allCases)
  func picturesAreListedByNameFromAnyStart(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let names = ["a.jpg", "a-b.jpg", "B.jpg", "ä.jpg", "a.png", "b.jpg"]
    for (index, name) in names.shuffled().enumerated() { try await pictures.catalog.publish(name, at: Int64(index)) }
    let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(try await pictures.other.named().map(\.name.text) == sorted)
    for start in [[], [0xff], bytes("a"), bytes("a.jpg"), bytes("a.k")] {
      let from = sorted.filter { !$0.utf8.lexicographicallyPrecedes(start) }
      let after = sorted.filter { start.lexicographicallyPrecedes($0.utf8) }
      #expect(try await pictures.other.named(from: .at(start)).map(\.name.text) == from)
      #expect(try await pictures.other.named(from: .after(start), limit: 2).map(\.name.text) == Array(after.prefix(2)))
    }
  }

  @Test(arguments: Implementation.allCases)
  func picturesWhoseTimeIsOverAreTold(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    try await pictures.catalog.publish("stays.jpg", at: 1)
    for (name, end) in [("late.jpg", 5), ("over.jpg", -5), ("now.jpg", 0), ("long-over.jpg", -9)] as [(String, Int64)] {
      try await pictures.catalog.publish(name, at: 2) { $0.expiresAt = Timestamp(seconds: now.seconds + end) }
    }
    #expect(try await Set(pictures.other.names()) == ["stays.jpg", "late.jpg"])
    #expect(try await pictures.other.named().map(\.name.text) == ["late.jpg", "stays.jpg"])
    for name in ["over.jpg", "now.jpg"] {
      await #expect(throws: StorageError.noSuchKey) { try await pictures.catalog.content(of: name) }
      #expect(try await pictures.other.metadata(of: StoredName(name)!) != nil)
    }
    #expect(try await pictures.other.content(of: "late.jpg") == bytes("content of late.jpg"))
    // What another process has published at this moment may be told the next time.
    _ = try await pictures.catalog.list(PictureQuery(limit: 1, now: now))
    let over = try await pictures.catalog.expired(at: now, limit: 9).map(\.text)
    #expect(over == ["long-over.jpg", "over.jpg", "now.jpg"])
    #expect(try await pictures.catalog.expired(at: now, limit: 1).map(\.text) == ["long-over.jpg"])
    #expect(try await pictures.catalog.expired(at: Timestamp(seconds: 0), limit: 9).isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func copiesAreFoundByTheirBytes(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let first = try await pictures.catalog.publish("a.jpg", at: 1, "same")
    try await pictures.catalog.publish("b.jpg", at: 2, "other")
    try await pictures.other.publish("c.jpg", at: 3, "same") { $0.visibility = .unlisted }
    let copies = try await pictures.other.copies(of: first.content.sha256)
    #expect(Set(copies.map(\.name.text)) == ["a.jpg", "c.jpg"])
    #expect(try await pictures.other.copies(of: [UInt8](repeating: 0, count: 32)).isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aBlockedPictureIsRefusedUntilItIsUnblocked(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let stored = try await pictures.catalog.publish("a.jpg", "bad")
    let blocked = BlockedPicture(
      sha256: stored.content.sha256, name: "ü\n.jpg", blocked: Timestamp(seconds: 5, nanoseconds: 6))
    try await pictures.other.block(blocked)
    // A copy that is stored stays.
    #expect(try await pictures.catalog.content(of: "a.jpg") == bytes("bad"))
    await #expect(throws: StorageError.refused(.blocked)) { try await pictures.catalog.publish("b.jpg", "bad") }
    await #expect(throws: StorageError.refused(.blocked)) { try await pictures.other.publish("b.jpg", "bad") }
    try await pictures.catalog.publish("c.jpg", "good")
    #expect(try await Set(pictures.other.names()) == ["a.jpg", "c.jpg"])
    // The first entry stays.
    try await pictures.catalog.block(BlockedPicture(sha256: blocked.sha256, name: "again", blocked: now))
    #expect(try await pictures.other.blockedPictures() == [blocked])
    let newer = BlockedPicture(sha256: SHA256.digest(of: bytes("x")), name: "", blocked: Timestamp(seconds: 7))
    try await pictures.other.block(newer)
    #expect(try await pictures.catalog.blockedPictures() == [newer, blocked])
    try await pictures.catalog.unblock(blocked.sha256)
    await #expect(throws: StorageError.noSuchKey) { try await pictures.other.unblock(blocked.sha256) }
    try await pictures.other.publish("b.jpg", "bad")
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func noCopyIsPublishedBehindABlock(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let sha256 = SHA256.digest(of: bytes("bad"))
    for round in 0..<5 {
      let results = await race(4) { number in
        let catalog = number.isMultiple(of: 2) ? pictures.catalog : pictures.other
        guard number == 0 else {
          _ = try await catalog.publish("\(round)-\(number).jpg", "bad")
          return
        }
        try await catalog.block(BlockedPicture(sha256: sha256, name: "", blocked: now))
        for copy in try await catalog.copies(of: sha256) { _ = try await catalog.remove(copy.name) }
      }
      try results[0].get()
      #expect(results.compactMap(\.failure).allSatisfy { $0 == .refused(.blocked) })
      #expect(try await pictures.other.copies(of: sha256).isEmpty)
      #expect(try await pictures.other.names().isEmpty)
      try await pictures.catalog.unblock(sha256)
    }
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aPictureIsAnObject(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let published = try await pictures.catalog.publish("a.jpg", "content")
    let opened = try await pictures.other.open(published.name, now: now)
    let metadata = opened.head.metadata
    #expect(metadata.etag == tag(of: bytes("content")))
    #expect(metadata.size == 7 && metadata.contentType == "image/jpeg" && metadata.modified == published.uploadedAt)
    #expect(try await pictures.other.named() == [PictureObject(name: published.name, metadata: metadata)])
  }

  @Test(arguments: Implementation.allCases)
  func whatAPutSaidOfAPictureIsKept(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    var object = metadata(of: bytes("content"))
    object.contentType = "image/jpeg"
    object.userMetadata = [NameValuePair("colour", "blue")]
    object.owner = "bert"
    let name = try await pictures.catalog.publish("a.jpg", "content", object: object).name
    #expect(try await pictures.other.open(name, now: now).head.metadata == object)
    object.userMetadata = [NameValuePair("long", String(repeating: "m", count: 1 << 16))]
    do {
      try await pictures.catalog.publish("b.jpg", "content", object: object)
      #expect(try await pictures.other.open(StoredName("b.jpg")!, now: now).head.metadata == object)
    } catch StorageError.refused(.metadata) {
      #expect(try await pictures.other.names() == ["a.jpg"])
      #expect(try await pictures.residue().isEmpty)
    }
  }

  @Test(arguments: Implementation.allCases)
  func aListNeverMissesAPictureThatWasPublished(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let results = await race(6) { number -> Bool in
      let (mine, others) =
        number.isMultiple(of: 2) ? (pictures.catalog, pictures.other) : (pictures.other, pictures.catalog)
      for round in 0..<8 {
        let name = try await mine.publish("\(number)-\(round).jpg", at: Int64(round)).name
        guard try await others.names().contains(name.text), try await others.metadata(of: name) != nil else {
          return false
        }
        guard round.isMultiple(of: 3) else { continue }
        guard try await others.remove(name), try await !mine.names().contains(name.text) else { return false }
      }
      return true
    }
    for result in results { #expect(try result.get()) }
    #expect(try await pictures.catalog.names().count == 6 * 5)
    #expect(try await pictures.residue().isEmpty)
  }
}

extension PictureCatalog {
  fileprivate func named(
    from start: ListingStart = .beginning, limit: Int = 1_000, includesUnlisted: Bool = false
  ) async throws -> [PictureObject] {
    try await objects(from: start, limit: limit, includesUnlisted: includesUnlisted, now: now)
  }
}

extension PictureMetadata {
  /// Whether both say the same; one of them may know the MD5 as well.
  fileprivate func isSame(as other: PictureMetadata) -> Bool {
    var other = other
    guard content.areOfSameBytes(as: other.content) else { return false }
    other.content = content
    return self == other
  }
}
