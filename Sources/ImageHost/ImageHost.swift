public import ArchiveDownload
public import EventLoop
internal import HTTPSemantics
public import Journal
public import Pictures
internal import Posix
public import Storage
public import WebService

/// The configuration of the image host.
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

  /// The routes of the service.
  public nonisolated static let table: [ServiceRoute<ImageHost>] = [
    ServiceRoute([.post], "/upload", "upload") { (service, exchange) async throws(Problem) in
      await service.uploadByPage(exchange)
    },
    ServiceRoute([.post], "/api/upload", "upload") { (service, exchange) async throws(Problem) in
      try await service.uploadByProgram(exchange)
    },
    // Where `curl -T -` sends what it reads from a pipe: without a name.
    ServiceRoute([.post, .put], "/api/upload/", "upload") { (service, exchange) async throws(Problem) in
      try await service.uploadByProgram(exchange)
    },
    ServiceRoute([.put], "/api/upload/{name}", "upload") { (service, exchange) async throws(Problem) in
      try await service.uploadByName(exchange)
    },
    ServiceRoute([.get], "/api/images", "images") { (service, exchange) async throws(Problem) in
      try await service.list(exchange)
    },
    ServiceRoute([.get], "/api/images/{name}", "image") { (service, exchange) async throws(Problem) in
      try await service.describe(exchange)
    },
    ServiceRoute([.delete], "/api/images/{name}", "delete") { (service, exchange) async throws(Problem) in
      try await service.delete(exchange)
    },
    ServiceRoute([.get], "/images/", "catalogue") { (service, exchange) async throws(Problem) in
      try await service.catalogue(exchange)
    },
    ServiceRoute([.get], "/images/{name}", "picture") { (service, exchange) async throws(Problem) in
      try await service.picture(exchange)
    },
    ServiceRoute([.get], "/images.zip", "selection", repeatable: ["picture"]) {
      (service, exchange) async throws(Problem) in
      try await service.selection(exchange)
    },
    ServiceRoute([.get], "/i/{name}", "picture-page") { (service, exchange) async throws(Problem) in
      try await service.picturePage(exchange)
    },
    ServiceRoute([.get], "/thumbs/{name}", "thumbnail") { (service, exchange) async throws(Problem) in
      try await service.thumbnail(exchange, .single)
    },
    ServiceRoute([.get], "/thumbs/2x/{name}", "thumbnail") { (service, exchange) async throws(Problem) in
      try await service.thumbnail(exchange, .double)
    },
    ServiceRoute([.get], "/delete/{name}", "delete") { (service, exchange) async throws(Problem) in
      try await service.askToDelete(exchange)
    },
    ServiceRoute([.post], "/delete/{name}", "delete") { (service, exchange) async throws(Problem) in
      try await service.deleteByPage(exchange)
    },
    ServiceRoute([.get], "/sharex.sxcu", "sharex") { (service, exchange) async throws(Problem) in
      await service.shareXConfiguration(exchange)
    },
  ]

  func links(_ exchange: Exchange) -> PictureLinks {
    PictureLinks(exchange.request, publicURL: configuration.publicURL)
  }

  /// The picture that the path names.
  /// - Throws: `not-found` if no picture has that name.
  func namedPicture(_ exchange: Exchange) async throws(Problem) -> PictureMetadata {
    guard let name = exchange.captures["name"].flatMap({ StoredName($0) }) else { throw Problem(.notFound) }
    let metadata: PictureMetadata?
    do throws(StorageError) { metadata = try await pictures.metadata(of: name) } catch { throw Problem(error) }
    guard let metadata else { throw Problem(.notFound, .noPicture) }
    return metadata
  }
}
