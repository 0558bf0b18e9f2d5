import Storage
import Posix
import Testing

@testable import LocalStorage

@Suite struct ListingTests {
  private let fixture = StoreFixture()

  /// All pages, as a client walks through them.
  private func walk(_ store: ImageStore, _ query: PictureQuery, between: () throws -> Void = {}) throws -> [[String]] {
    var query = query
    var pages: [[String]] = []
    while true {
      let page = try store.list(query)
      pages.append(page.images.map(\.name.text))
      guard let next = page.next else { return pages }
      let after: PictureCursor = try #require(PictureCursor(next.text))
      query.after = after
      try between()
    }
  }

  @Test func theNewestComesFirstAndEqualTimesGoByName() throws {
    let store = try fixture.store()
    try store.upload("old.jpg", at: 100)
    try store.upload("b.jpg", at: 200)
    try store.upload("a.jpg", at: 200)
    try store.upload("new.jpg", at: 300)
    #expect(try store.names() == ["new.jpg", "b.jpg", "a.jpg", "old.jpg"])
  }

  @Test(arguments: [(1, 7), (2, 4), (3, 3), (6, 2), (7, 1), (8, 1)])
  func pagesJoinWithoutGapOrOverlap(limit: Int, count: Int) throws {
    let store = try fixture.store()
    for number in 0..<7 { try store.upload(StoredName("\(number).jpg")!, at: Int64(number / 2)) }
    let pages = try walk(store, PictureQuery(limit: limit))
    #expect(pages.count == count)
    #expect(pages.joined().map { $0 } == (0..<7).reversed().map { "\($0).jpg" })
  }

  @Test func aWalkIsStableWhileOthersUploadAndDelete() throws {
    let store = try fixture.store()
    for number in 0..<6 { try store.upload(StoredName("\(number).jpg")!, at: Int64(number)) }
    var late = 0
    let pages = try walk(store, PictureQuery(limit: 2)) {
      late += 1
      try store.upload(StoredName("late-\(late).jpg")!, at: 1000)
      // The picture that the cursor names.
      if late == 1 { try store.remove("4.jpg") }
    }
    #expect(pages == [["5.jpg", "4.jpg"], ["3.jpg", "2.jpg"], ["1.jpg", "0.jpg"]])
  }

  @Test func unlistedPicturesShowOnDemandOnly() throws {
    let store = try fixture.store()
    try store.upload("a.jpg", at: 1)
    let hidden = try store.upload("b.jpg", at: 2, visibility: .unlisted)
    #expect(try store.names() == ["a.jpg"])
    #expect(try store.names(PictureQuery(limit: 9, includesUnlisted: true)) == ["b.jpg", "a.jpg"])
    #expect(try store.metadata(of: "b.jpg") == hidden)
  }

  @Test func picturesWhoseTimeIsOverAreNotListedAndCanBeFound() throws {
    let store = try fixture.store()
    let now = Clock.now()
    try store.upload("gone.jpg", at: 1, expires: Timestamp(seconds: now.seconds - 10))
    try store.upload("longer-gone.jpg", at: 2, expires: Timestamp(seconds: now.seconds - 20))
    let stored = try store.upload("kept.jpg", at: 3, expires: Timestamp(seconds: now.seconds + 100))
    try store.upload("ever.jpg", at: 4)
    #expect(try store.names() == ["ever.jpg", "kept.jpg"])
    #expect(try store.expired(at: now, limit: 9) == ["longer-gone.jpg", "gone.jpg"])
    #expect(try store.expired(at: now, limit: 1) == ["longer-gone.jpg"])
    #expect(try store.metadata(of: "kept.jpg") == stored)
  }

  @Test func emptyAndOddLimitsAreHarmless() throws {
    let store = try fixture.store()
    #expect(try store.list(PictureQuery(limit: 5)) == PictureListing(images: [], next: nil))
    try store.upload("a.jpg")
    #expect(try store.list(PictureQuery(limit: 0)) == PictureListing(images: [], next: nil))
    #expect(try store.list(PictureQuery(limit: -5)).images.isEmpty)
    #expect(try store.list(PictureQuery(limit: .max)).images.count == 1)
  }

  @Test func aCursorComesBackFromItsText() throws {
    let store = try fixture.store()
    let metadata = try store.upload("ünï côde & co.jpg", at: -5)
    let cursor = PictureCursor(after: metadata)
    #expect(PictureCursor(cursor.text) == cursor)
    #expect(cursor.text.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 && $0 != UInt8(ascii: "=") })
  }

  @Test(arguments: ["", "x", "!", "MTIz", "IGE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5IGE", "MSD_"])
  func whatIsNoCursorIsNone(text: String) {
    #expect(PictureCursor(text) == nil)
  }

  @Test func momentsBefore1970ComeBack() {
    for moment in [Timestamp(seconds: -1, nanoseconds: 1), Timestamp(seconds: 0), Timestamp(seconds: -7)] {
      #expect(Timestamp(totalNanoseconds: moment.totalNanoseconds) == moment)
    }
  }
}
