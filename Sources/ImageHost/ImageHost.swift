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
    ServiceRoute([.post], "/upload", "upload", ImageOperations.uploadByPage) {
      (service, exchange) async throws(Problem) in
      await service.uploadByPage(exchange)
    },
    ServiceRoute([.post], "/api/upload", "upload", ImageOperations.upload) {
      (service, exchange) async throws(Problem) in
      try await service.uploadByProgram(exchange)
    },
    // Where `curl -T -` sends what it reads from a pipe: without a name.
    ServiceRoute([.post, .put], "/api/upload/", "upload", ImageOperations.uploadWithSlash) {
      (service, exchange) async throws(Problem) in
      try await service.uploadByProgram(exchange)
    },
    ServiceRoute([.put], "/api/upload/{name}", "upload", ImageOperations.uploadByName) {
      (service, exchange) async throws(Problem) in
      try await service.uploadByName(exchange)
    },
    ServiceRoute([.get], "/api/images", "images", ImageOperations.list) { (service, exchange) async throws(Problem) in
      try await service.list(exchange)
    },
    ServiceRoute([.get], "/api/images/{name}", "image", ImageOperations.describe) {
      (service, exchange) async throws(Problem) in
      try await service.describe(exchange)
    },
    ServiceRoute([.delete], "/api/images/{name}", "delete", ImageOperations.delete) {
      (service, exchange) async throws(Problem) in
      try await service.delete(exchange)
    },
    ServiceRoute([.get], "/images/", "catalogue", ImageOperations.catalogue) {
      (service, exchange) async throws(Problem) in
      try await service.catalogue(exchange)
    },
    ServiceRoute([.get], "/images/{name}", "picture", ImageOperations.picture) {
      (service, exchange) async throws(Problem) in
      try await service.picture(exchange)
    },
    ServiceRoute([.get], "/images.zip", "selection", ImageOperations.selection) {
      (service, exchange) async throws(Problem) in
      try await service.selection(exchange)
    },
    ServiceRoute([.get], "/i/{name}", "picture-page", ImageOperations.picturePage) {
      (service, exchange) async throws(Problem) in
      try await service.picturePage(exchange)
    },
    ServiceRoute([.get], "/thumbs/{name}", "thumbnail", ImageOperations.thumbnail) {
      (service, exchange) async throws(Problem) in
      try await service.thumbnail(exchange, .single)
    },
    ServiceRoute([.get], "/thumbs/2x/{name}", "thumbnail", ImageOperations.largeThumbnail) {
      (service, exchange) async throws(Problem) in
      try await service.thumbnail(exchange, .double)
    },
    ServiceRoute([.get], "/delete/{name}", "delete", ImageOperations.askToDelete) {
      (service, exchange) async throws(Problem) in
      try await service.askToDelete(exchange)
    },
    ServiceRoute([.post], "/delete/{name}", "delete", ImageOperations.deleteByPage) {
      (service, exchange) async throws(Problem) in
      try await service.deleteByPage(exchange)
    },
    ServiceRoute([.post], "/api/images/{name}/reports", "report", ImageOperations.report) {
      (service, exchange) async throws(Problem) in
      try await service.reportByProgram(exchange)
    },
    ServiceRoute([.get], "/report/{name}", "report", ImageOperations.askForReport) {
      (service, exchange) async throws(Problem) in
      try await service.askForReport(exchange)
    },
    ServiceRoute([.post], "/report/{name}", "report", ImageOperations.reportByPage) {
      (service, exchange) async throws(Problem) in
      try await service.reportByPage(exchange)
    },
    ServiceRoute([.get], "/sharex.sxcu", "sharex", ImageOperations.shareX) {
      (service, exchange) async throws(Problem) in
      await service.shareXConfiguration(exchange)
    },
  ]

  /// The credentials that the interface knows, and this server does not ask for.
  public nonisolated static func absentCredentials(_ configuration: ImageHostConfiguration) -> Set<String> {
    configuration.uploadToken == nil ? [uploadToken.name] : []
  }

  func links(_ exchange: Exchange) -> PictureLinks {
    PictureLinks(exchange.request, publicURL: configuration.publicURL)
  }

  /// The picture that the path names.
  /// - Throws: `not-found` if no picture has that name.
  func namedPicture(_ exchange: Exchange) async throws(Problem) -> PictureMetadata {
    guard let name = exchange.value(ImageOperations.pictureName).flatMap({ StoredName($0) }) else {
      throw Problem(.notFound)
    }
    let metadata: PictureMetadata?
    do throws(StorageError) { metadata = try await pictures.metadata(of: name) } catch { throw Problem(error) }
    guard let metadata else { throw Problem(.notFound, .noPicture) }
    return metadata
  }
}
