internal import EventLoop
internal import HTTPSemantics
internal import Storage
internal import WebService

extension ImageHost {
  /// The first request for a thumbnail: nginx serves all later ones from disk.
  func thumbnail(_ exchange: Exchange, _ density: ThumbnailDensity) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    guard let thumbnail = await thumbnailer.thumbnail(of: metadata.name, density) else {
      return await exchange.respond(pictureInstead(metadata.name))
    }
    await exchange.respond(
      WebResponse(
        status: .ok,
        fields: HeaderFields([
          ("Content-Type", "image/webp"),
          // As nginx says of those on disk. No cache may be allowed to keep it for longer than there is the picture.
          ("Cache-Control", metadata.expiresAt == nil ? "public, max-age=86400" : "no-cache"),
          ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ]),
        body: thumbnail))
  }

  /// Pages show the picture itself where it has no thumbnail.
  private func pictureInstead(_ name: StoredName) -> WebResponse {
    WebResponse(
      status: .temporaryRedirect,
      fields: HeaderFields([("Location", PicturePaths.picture(name)), ("Cache-Control", "no-store")]))
  }
}
