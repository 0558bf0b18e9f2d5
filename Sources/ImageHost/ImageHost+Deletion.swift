internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Storage
internal import WebService

extension ImageHost {
  nonisolated static let deleteToken = Credential("deleteToken", .bearer, "The delete token that came with the upload.")
  nonisolated static let deleteTokenInQuery = Credential("deleteTokenInQuery", .query("token"), "The same, in a link.")

  func delete(_ exchange: Exchange) async throws(Problem) {
    try authorizeDeletion(exchange)
    try await remove(exchange)
    await exchange.respond(WebResponse(status: .noContent))
  }

  func askToDelete(_ exchange: Exchange) async throws(Problem) {
    try authorizeDeletion(exchange)
    let metadata = try await namedPicture(exchange)
    var response = WebResponse(status: .ok, page: DeletePage.question(metadata, exchange.request.strings))
    // Its address has the token, which the page's own requests must not carry into logs.
    response.fields.set("Referrer-Policy", "no-referrer")
    response.fields.set("Cache-Control", "no-store")
    await exchange.respond(response)
  }

  func deleteByPage(_ exchange: Exchange) async throws(Problem) {
    try authorizeDeletion(exchange)
    try await remove(exchange)
    await exchange.respond(WebResponse(status: .ok, page: DeletePage.done(exchange.request.strings)))
  }

  private func authorizeDeletion(_ exchange: Exchange) throws(Problem) {
    let token =
      Self.deleteToken.shown(by: exchange.request) ?? Self.deleteTokenInQuery.shown(by: exchange.request) ?? ""
    guard tokens.isValid(token, for: exchange.captures["name"] ?? "") else {
      activity.record(.pictureRefused(.tokenRequired, name: exchange.captures["name"]))
      throw Problem(.tokenRequired, .deleteToken)
    }
  }

  private func remove(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    do throws(StorageError) { _ = try await pictures.delete(metadata.name) } catch { throw Problem(error) }
    activity.record(.pictureDeleted(name: metadata.originalName))
    log.info(
      "picture deleted",
      [
        "name": metadata.name.text, "client": exchange.request.clientAddress, "request": exchange.request.identifier,
      ])
  }
}
