internal import EventLoop
internal import HTTPSemantics
internal import Storage
internal import WebService

extension ImageHost {
  /// The first request for a thumbnail: nginx serves all later ones from disk, or asks whether the one that it keeps is
  /// still good.
  func thumbnail(_ exchange: Exchange, _ density: ThumbnailDensity) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    let validators = Self.validators(of: metadata, "-\(density.rawValue)")
    let fields = Self.fields(
      of: metadata, validators, type: "image/webp", policy: "default-src 'none'; sandbox", for: exchange.request)
    if await isAnswered(exchange, validators, fields) { return }
    guard let thumbnail = await thumbnailer.thumbnail(of: metadata.name, density) else {
      return await exchange.respond(pictureInstead(metadata.name))
    }
    await exchange.respond(WebResponse(status: .ok, fields: fields, body: thumbnail))
  }

  /// Pages show the picture itself where it has no thumbnail.
  private func pictureInstead(_ name: StoredName) -> WebResponse {
    WebResponse(
      status: .temporaryRedirect,
      fields: HeaderFields([("Location", PicturePaths.picture(name)), ("Cache-Control", "no-store")]))
  }
}
