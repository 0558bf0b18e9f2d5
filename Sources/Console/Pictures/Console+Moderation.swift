internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// What is done with many pictures at once; the trash, out of which they come back for a day; what visitors reported.
extension Console {
  private nonisolated static let action = BodyMember<ModerationAction>(
    "action", .choice(ModerationAction.allCases.map(\.rawValue)), "What is to be done."
  ) { $0.stringValue.flatMap { ModerationAction(rawValue: $0) } }
  private nonisolated static let chosen = BodyMember<[String]>.texts(
    "names", 1...1_000, "The names that they are stored under.")
  private nonisolated static let limit = Parameter.number(
    "limit", 1...500, "How many pictures at most; 50 unless given.")
  private nonisolated static let after = Parameter(
    "after", .text(format: "cursor"), "The `next` of an earlier answer: pictures that come after it."
  ) { PictureCursor($0) }

  nonisolated static let moderationRoutes = [
    route(
      .post, "moderation", for: .operator, "moderatePictures",
      "Does one thing with pictures, a thousand at most, and says of each what became of it",
      content: .json("ModerationRequest", [action.declaration, chosen.declaration]),
      answers: [.json(ModerationAnswer.shape.schema, "What became of each.")], refusing: [.storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.moderate(exchange)
    },
    route(
      .get, "trash", for: .operator, "listTrash", "What moderators removed within a day, the last first",
      parameters: [limit.declaration, after.declaration],
      answers: [.json(TrashPage.shape.schema, "A page of the list.")]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.listTrash(exchange)
    },
    route(
      .get, "reports", for: .operator, "listReports", "Pictures that visitors reported, the last reported first",
      parameters: [limit.declaration, after.declaration],
      answers: [.json(ReportPage.shape.schema, "A page of the list.")]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.listReports(exchange)
    },
  ]

  private func moderate(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let action = try body.value(Self.action)
    var seen: Set<String> = []
    let asked = try body.value(Self.chosen).filter { seen.insert($0).inserted }
    let result: ModerationResult
    do throws(StorageError) {
      result = try await action.perform(on: asked.compactMap { StoredName($0) }, pictures)
    } catch {
      throw ConsoleProblem(error)
    }
    if let event = result.event(asked: asked.count) {
      activity.record(event)
      log.info(
        "pictures moderated",
        [
          "action": action.rawValue, "pictures": result.names.count, "first": result.names.first?.text ?? "",
          "client": exchange.request.clientAddress, "request": exchange.request.identifier,
        ])
    }
    let answer = ModerationAnswer(asked: asked, changed: result.names)
    return WebResponse(status: .ok, json: ModerationAnswer.shape.json(answer))
  }

  private func listTrash(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let limit = exchange.value(Self.limit) ?? 50
    do throws(StorageError) {
      // One more than is asked for, to know whether there is more.
      let found = try await pictures.trashed(after: exchange.value(Self.after), limit: limit + 1)
      let shown = found.prefix(limit)
      let page = TrashPage(
        pictures: Array(shown), blocked: Set(try await pictures.blockedPictures().map(\.sha256)),
        next: found.count > limit ? shown.last?.cursor : nil)
      return WebResponse(status: .ok, json: TrashPage.shape.json(page))
    } catch {
      throw ConsoleProblem(error)
    }
  }

  private func listReports(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let (limit, after) = (exchange.value(Self.limit) ?? 50, exchange.value(Self.after))
    do throws(StorageError) {
      let all = try await pictures.reportedPictures()
      let wanted = all.filter { reported in after.map { PictureOrder.newest.precedes($0, reported.cursor) } ?? true }
      let page = ReportPage(
        pictures: Array(wanted.prefix(limit)), next: wanted.count > limit ? wanted[limit - 1].cursor : nil,
        count: all.count)
      return WebResponse(status: .ok, json: ReportPage.shape.json(page))
    } catch {
      throw ConsoleProblem(error)
    }
  }
}
