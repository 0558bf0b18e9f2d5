internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Storage
internal import WebService

extension ImageHost {
  /// Pictures on a page of the catalogue.
  private static let cataloguePage = 48
  /// Pictures in an answer of the API, unless asked otherwise, and at the most.
  private static let defaultLimit = 50
  private static let maximumLimit = 1_000

  func list(_ exchange: Exchange) async throws(Problem) {
    let query = exchange.request.target.query
    var limit = Self.defaultLimit
    if let text = query.first("limit"), !text.isEmpty {
      guard let number = Int(text), (1...Self.maximumLimit).contains(number) else {
        throw Problem(.malformedRequest, .pageLength(maximum: Self.maximumLimit))
      }
      limit = number
    }
    var filter = PictureFilter()
    for condition in PictureCondition.ofEverybody {
      guard let text = query.first(condition.rawValue), !text.isEmpty else { continue }
      guard filter.add(condition, text) else {
        throw Problem(.malformedRequest, .parameterValue(name: condition.rawValue))
      }
    }
    let page = try await page(limit: limit, filter, after: query.first("after"))
    let links = links(exchange)
    await exchange.respond(
      WebResponse(
        status: .ok,
        json: .object([
          .init(name: "images", value: .array(page.images.map { .object($0.json(links)) })),
          .init(name: "next", value: page.next.map { .string($0.text) } ?? .null),
        ])))
  }

  func describe(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    await exchange.respond(WebResponse(status: .ok, json: .object(metadata.json(links(exchange)))))
  }

  func catalogue(_ exchange: Exchange) async throws(Problem) {
    let after = exchange.request.target.query.first("after")
    let page = try await page(limit: Self.cataloguePage, after: after)
    await exchange.respond(
      WebResponse(
        status: .ok,
        page: CataloguePage.make(page, isFirst: (after ?? "").isEmpty, exchange.request.strings)))
  }

  func picturePage(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    await exchange.respond(
      WebResponse(
        status: .ok, page: PicturePage.make(metadata, links: links(exchange), exchange.request.strings)))
  }

  private func page(
    limit: Int, _ filter: PictureFilter = PictureFilter(), after: String?
  ) async throws(Problem) -> PictureListing {
    var cursor: PictureCursor?
    if let after, !after.isEmpty {
      guard let parsed = PictureCursor(after) else {
        throw Problem(.malformedRequest, .cursor)
      }
      cursor = parsed
    }
    let query = PictureQuery(limit: limit, filter, after: cursor)
    do throws(StorageError) { return try await pictures.list(query) } catch { throw Problem(error) }
  }
}
