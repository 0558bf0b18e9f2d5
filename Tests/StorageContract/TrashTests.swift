import Posix
import Storage
import Testing

private let future = Timestamp(seconds: 4_000_000_000)

struct TrashTests {
  @Test(arguments: Implementation.allCases)
  func nothingFindsAPictureInTheTrash(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let bad = try await pictures.catalog.publish("bad.jpg", at: 2, "bad")
    try await pictures.catalog.publish("good.jpg", at: 1)
    try await pictures.catalog.keepThumbnail(bytes("small"), of: bad.name, .single)
    let absent = try #require(StoredName("absent.jpg"))
    #expect(try await pictures.other.trash([bad.name, absent]).map(\.name) == [bad.name])
    #expect(try await pictures.other.trash([bad.name]).isEmpty)
    #expect(try await pictures.catalog.names() == ["good.jpg"])
    #expect(try await pictures.catalog.metadata(of: bad.name) == nil)
    await #expect(throws: StorageError.noSuchKey) { try await pictures.catalog.content(of: "bad.jpg") }
    #expect(try await pictures.catalog.copies(of: bad.content.sha256).isEmpty)
    #expect(try await !pictures.catalog.remove(bad.name))
    #expect(try await pictures.catalog.pictureTotals().listed == 1)
    let found = try await pictures.catalog.trashed(after: nil, limit: 10)
    #expect(found.map(\.picture.name) == [bad.name])
    #expect(found.first?.picture.originalName == bad.originalName && found.first?.picture.uploader == bad.uploader)
  }

  @Test(arguments: Implementation.allCases)
  func aPictureComesBackAsItWas(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let one = try await pictures.catalog.publish("a.jpg", at: 1) { $0.expiresAt = future }
    let two = try await pictures.catalog.publish("b.jpg", at: 2) { $0.visibility = .unlisted }
    #expect(try await pictures.catalog.trash([one.name, two.name]).count == 2)
    #expect(try await Set(pictures.other.restore([two.name, one.name]).map(\.name)) == [one.name, two.name])
    #expect(try await pictures.other.restore([one.name]).isEmpty)
    let found = try await pictures.catalog.metadata(ofEach: [one.name, two.name])
    #expect(found.map(\.expiresAt) == [future, nil] && found.map(\.visibility) == [.public, .unlisted])
    #expect(found.map(\.uploadedAt) == [one.uploadedAt, two.uploadedAt])
    #expect(try await pictures.catalog.content(of: "b.jpg") == bytes("content of b.jpg"))
    #expect(try await pictures.catalog.names() == ["a.jpg"])
    var filter = PictureFilter()
    filter.name = "cat a"
    #expect(try await pictures.catalog.names(PictureQuery(limit: 9, filter, now: Timestamp(seconds: 9))) == ["a.jpg"])
    #expect(try await pictures.other.trashed(after: nil, limit: 10).isEmpty)
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func oneThatIsBlockedOrWhoseNameIsTakenDoesNotComeBack(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let blocked = try await pictures.catalog.publish("a.jpg", "bad")
    let other = try await pictures.catalog.publish("b.jpg", "old")
    _ = try await pictures.catalog.trash([blocked.name, other.name])
    try await pictures.other.block(
      BlockedPicture(sha256: blocked.content.sha256, name: "", blocked: Timestamp(seconds: 1)))
    try await pictures.other.publish("b.jpg", "new")
    #expect(try await pictures.catalog.restore([blocked.name, other.name]).isEmpty)
    #expect(try await pictures.catalog.content(of: "b.jpg") == bytes("new"))
    #expect(try await pictures.catalog.trashed(after: nil, limit: 10).count == 2)
    // The second of a name takes the place of the first.
    #expect(try await pictures.catalog.trash([other.name]).count == 1)
    #expect(try await pictures.other.restore([other.name]).count == 1)
    #expect(try await pictures.other.content(of: "b.jpg") == bytes("new"))
    try await pictures.catalog.unblock(blocked.content.sha256)
    #expect(try await pictures.other.restore([blocked.name]).count == 1)
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func theTrashIsListedInPartsAndEmptiedByAge(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    var names: [StoredName] = []
    for number in 0..<7 { names.append(try await pictures.catalog.publish("\(number).jpg").name) }
    for name in names { _ = try await pictures.catalog.trash([name]) }
    var found: [TrashedPicture] = []
    while found.count < 7 {
      let part = try await pictures.other.trashed(after: found.last?.cursor, limit: 3)
      guard !part.isEmpty else { break }
      found += part
    }
    #expect(Set(found.map(\.picture.name)) == Set(names) && found.count == 7)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.trashedAt >= $1.trashedAt })
    #expect(try await pictures.other.emptyTrash(before: Timestamp(seconds: 1), limit: 10) == 0)
    #expect(try await pictures.other.discardTrashed([names[0]]) == [names[0]])
    #expect(try await pictures.other.discardTrashed([names[0]]).isEmpty)
    #expect(try await pictures.other.emptyTrash(before: future, limit: 4) == 4)
    #expect(try await pictures.other.emptyTrash(before: future, limit: 4) == 2)
    #expect(try await pictures.catalog.restore(names).isEmpty)
    #expect(try await pictures.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aPictureIsInOnePlaceWhoeverMovesIt(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let name = try await pictures.catalog.publish("a.jpg", "content").name
    let results = await race(8) { number in
      let catalog = number.isMultiple(of: 2) ? pictures.catalog : pictures.other
      for _ in 0..<4 {
        _ = try await number < 4 ? catalog.trash([name]) : catalog.restore([name])
      }
    }
    for result in results { try result.get() }
    _ = try await pictures.catalog.restore([name])
    #expect(try await pictures.other.names() == ["a.jpg"])
    #expect(try await pictures.other.content(of: "a.jpg") == bytes("content"))
    #expect(try await pictures.catalog.trashed(after: nil, limit: 10).isEmpty)
    #expect(try await pictures.residue().isEmpty)
  }
}
