internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Storage
internal import WebService

extension ImageHost {
  /// Pictures in an answer of the API, unless asked otherwise, and at the most.
  private nonisolated static let defaultLimit = 50
  private nonisolated static let maximumLimit = 1_000

  nonisolated static let limit = Parameter.number(
    "limit", 1...maximumLimit, "How many pictures at most; \(defaultLimit) unless given.",
    refusal: .pageLength(maximum: maximumLimit))
  nonisolated static let after = Parameter(
    "after", .text(format: "cursor"), "The `next` of an earlier answer: pictures that come after it.",
    refusal: .cursor
  ) { PictureCursor($0) }

  /// What the public list can be searched by.
  nonisolated static let conditions = PictureCondition.ofEverybody.map { condition in
    let parameter = Parameter(
      condition.rawValue, condition == .name ? .text(lengths: 1...100_000) : .text(format: "day"),
      "Pictures of which this is true: \(condition.expectation)."
    ) { text in
      var filter = PictureFilter()
      return filter.add(condition, text) ? text : nil
    }
    return (condition, parameter)
  }

  func list(_ exchange: Exchange) async throws(Problem) {
    var filter = PictureFilter()
    for (condition, parameter) in Self.conditions {
      if let text = exchange.value(parameter) { _ = filter.add(condition, text) }
    }
    let query = PictureQuery(
      limit: exchange.value(Self.limit) ?? Self.defaultLimit, filter, after: exchange.value(Self.after))
    let page = try await listing(query)
    await exchange.respond(
      WebResponse(
        status: .ok, json: DescribedPictures.shape.json(DescribedPictures(listing: page, links: links(exchange)))))
  }

  func describe(_ exchange: Exchange) async throws(Problem) {
    let picture = DescribedPicture(metadata: try await namedPicture(exchange), links: links(exchange))
    await exchange.respond(WebResponse(status: .ok, json: DescribedPicture.shape.json(picture)))
  }

  func picturePage(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    await exchange.respond(
      WebResponse(
        status: .ok, page: PicturePage.make(metadata, links: links(exchange), exchange.request.strings)))
  }

  func listing(_ query: PictureQuery) async throws(Problem) -> PictureListing {
    do throws(StorageError) { return try await pictures.list(query) } catch { throw Problem(error) }
  }
}
