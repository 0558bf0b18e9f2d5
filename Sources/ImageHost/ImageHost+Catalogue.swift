internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

extension ImageHost {
  /// Pictures on a page of the catalogue.
  private nonisolated static let pageLength = 48

  private nonisolated static let name = Parameter.text(
    "name", "Only pictures with this in their names, whatever the case.")
  private nonisolated static let before = Parameter(
    "before", .text(format: "cursor"), "A cursor in the catalogue: the pictures right before it.", refusal: .cursor
  ) { PictureCursor($0) }
  private nonisolated static let date = Parameter<Range<Int64>>(
    "date", .text(format: "day"), "The day to begin at, in UTC: its pictures, and older ones."
  ) { DayText.range($0) }

  nonisolated static let catalogueParameters = [
    name.declaration, date.declaration, after.declaration, before.declaration,
  ]

  func catalogue(_ exchange: Exchange) async throws(Problem) {
    // A form without a script sends also what was left empty.
    let name = exchange.value(Self.name).flatMap { $0.isEmpty ? nil : $0 }
    let day = exchange.value(Self.date)
    let part: CataloguePart
    if let cursor = exchange.value(Self.before) {
      part = try await cataloguePart(before: cursor, name)
    } else if let cursor = exchange.value(Self.after) {
      part = try await cataloguePart(after: cursor, name)
    } else if let end = day?.upperBound, end <= Clock.now().seconds {
      // No name is empty: this is the cursor before all of the day.
      let cursor = PictureCursor(position: Timestamp(seconds: end).totalNanoseconds, name: "")
      part = try await cataloguePart(after: cursor, name)
    } else {
      part = try await cataloguePart(after: nil, name)
    }
    let page = CataloguePage(
      part: part, name: name, day: day.map { String(RFC3339.format($0.lowerBound).prefix(10)) },
      strings: exchange.request.strings)
    await exchange.respond(WebResponse(status: .ok, page: page.page))
  }

  private func query(_ name: String?, _ order: PictureOrder, after cursor: PictureCursor?) -> PictureQuery {
    var filter = PictureFilter()
    filter.name = name
    return PictureQuery(limit: Self.pageLength, filter, order: order, after: cursor)
  }

  private func cataloguePart(after cursor: PictureCursor?, _ name: String?) async throws(Problem) -> CataloguePart {
    let listing = try await listing(query(name, .newest, after: cursor))
    return CataloguePart(
      pictures: listing.images, older: listing.next,
      newer: cursor.map { cursor in listing.images.first.map { PictureCursor(after: $0) } ?? cursor })
  }

  /// Those right before a cursor; where there are no more than a page of them, the first page.
  private func cataloguePart(before cursor: PictureCursor, _ name: String?) async throws(Problem) -> CataloguePart {
    let listing = try await listing(query(name, .oldest, after: cursor))
    guard let newer = listing.next else { return try await cataloguePart(after: nil, name) }
    return CataloguePart(
      pictures: listing.images.reversed(), older: listing.images.first.map { PictureCursor(after: $0) } ?? cursor,
      newer: newer)
  }
}

/// A part of the catalogue, newest first.
struct CataloguePart: Sendable {
  let pictures: [PictureMetadata]
  /// The cursor behind it; nil where nothing is there.
  let older: PictureCursor?
  /// The cursor before it; nil where it is the first part.
  let newer: PictureCursor?
}
