public import ArchiveDownload
public import EventLoop
internal import HTTPSemantics
public import Journal
public import Pictures
internal import Posix
public import Storage
public import WebService

/// What the image host is told by the settings.
public struct ImageHostConfiguration: Sendable {
  /// The base of the links that are handed out; nil to take it from each request.
  public var publicURL: String?
  /// What an upload needs; nil for nothing.
  public var uploadToken: String?

  /// Settings of an image host.
  public init(publicURL: String?, uploadToken: String?) {
    self.publicURL = publicURL
    self.uploadToken = uploadToken
  }
}

/// The image host: uploads, the catalogue, deletion, and the pages that go with them.
@EventLoopActor
public final class ImageHost {
  let configuration: ImageHostConfiguration
  let pictures: Pictures
  let tokens: DeleteToken
  let activity: ActivityLog
  let log: OperatorLog
  let receiver: UploadReceiver
  let thumbnailer: Thumbnailer
  let archives: ArchiveDownload

  /// - Parameters:
  ///   - secret: what delete tokens are made with.
  ///   - archives: what streams chosen pictures as a zip.
  ///   - thumbnails: what makes thumbnails; nil where it is not installed.
  ///   - budget: the memory that thumbnails may take, in all processes.
  public init(
    _ configuration: ImageHostConfiguration, pictures: Pictures, secret: [UInt8],
    archives: ArchiveDownload, thumbnails: ThumbnailProgram?, budget: any ThumbnailBudget,
    activity: ActivityLog, log: OperatorLog
  ) {
    self.configuration = configuration
    self.pictures = pictures
    self.archives = archives
    self.activity = activity
    self.log = log
    tokens = DeleteToken(secret: secret)
    receiver = UploadReceiver(pictures: pictures)
    thumbnailer = Thumbnailer(program: thumbnails, pictures: pictures, budget: budget, log: log)
  }

  /// The routes of the door.
  public nonisolated static let table: [ServiceRoute<ImageHost>] = [
    ServiceRoute([.post], "/upload", "upload") { (door, exchange) async throws(Problem) in
      await door.uploadByPage(exchange)
    },
    ServiceRoute([.post], "/api/upload", "upload") { (door, exchange) async throws(Problem) in
      try await door.uploadByProgram(exchange)
    },
    // Where `curl -T -` sends what it reads from a pipe: without a name.
    ServiceRoute([.post, .put], "/api/upload/", "upload") { (door, exchange) async throws(Problem) in
      try await door.uploadByProgram(exchange)
    },
    ServiceRoute([.put], "/api/upload/{name}", "upload") { (door, exchange) async throws(Problem) in
      try await door.uploadByName(exchange)
    },
    ServiceRoute([.get], "/api/images", "images") { (door, exchange) async throws(Problem) in
      try await door.list(exchange)
    },
    ServiceRoute([.get], "/api/images/{name}", "image") { (door, exchange) async throws(Problem) in
      try await door.describe(exchange)
    },
    ServiceRoute([.delete], "/api/images/{name}", "delete") { (door, exchange) async throws(Problem) in
      try await door.delete(exchange)
    },
    ServiceRoute([.get], "/images/", "catalogue") { (door, exchange) async throws(Problem) in
      try await door.catalogue(exchange)
    },
    ServiceRoute([.get], "/images.zip", "selection", repeatable: ["picture"]) {
      (door, exchange) async throws(Problem) in
      try await door.selection(exchange)
    },
    ServiceRoute([.get], "/i/{name}", "picture-page") { (door, exchange) async throws(Problem) in
      try await door.picturePage(exchange)
    },
    ServiceRoute([.get], "/thumbs/{name}", "thumbnail") { (door, exchange) async throws(Problem) in
      try await door.thumbnail(exchange, .single)
    },
    ServiceRoute([.get], "/thumbs/2x/{name}", "thumbnail") { (door, exchange) async throws(Problem) in
      try await door.thumbnail(exchange, .double)
    },
    ServiceRoute([.get], "/delete/{name}", "delete") { (door, exchange) async throws(Problem) in
      try await door.askToDelete(exchange)
    },
    ServiceRoute([.post], "/delete/{name}", "delete") { (door, exchange) async throws(Problem) in
      try await door.deleteByPage(exchange)
    },
    ServiceRoute([.get], "/sharex.sxcu", "sharex") { (door, exchange) async throws(Problem) in
      await door.shareXConfiguration(exchange)
    },
  ]

  func links(_ exchange: Exchange) -> PictureLinks {
    PictureLinks(exchange.request, publicURL: configuration.publicURL)
  }

  /// The picture that the path names.
  /// - Throws: `not-found` where there is none of that name.
  func namedPicture(_ exchange: Exchange) async throws(Problem) -> PictureMetadata {
    guard let name = exchange.captures["name"].flatMap({ StoredName($0) }) else { throw Problem(.notFound) }
    let metadata: PictureMetadata?
    do throws(StorageError) { metadata = try await pictures.metadata(of: name) } catch { throw Problem(error) }
    guard let metadata else { throw Problem(.notFound, .noPicture) }
    return metadata
  }
}
