internal import ArchiveDownload
internal import Console
internal import EventLoop
internal import FastCGI
internal import FastCGIWire
internal import ImageHost
internal import Journal
internal import LocalStorage
internal import Magic
internal import ObjectStorage
internal import Pictures
internal import ProgramSettings
internal import Storage
internal import Supervisor
internal import WebService

/// The services of one worker, and the choice which of them answers a request. A worker puts them behind its socket, a
/// test behind a socket of its own.
@EventLoopActor
final class Services {
  /// Requests under way in one worker before more are answered with 503.
  private static let requestLimit = 16_384

  /// The first counter of what is asked of database and engine.
  static nonisolated var sharedCounters: Int { ServiceMetrics.counterCount(routes: RouteTable.names.count) }

  private let archives: ArchiveDownload
  private let web: WebService
  private let objects: ObjectStorage
  private let console: ConsoleEndpoint
  /// Whether what is asked of an engine is told with the request that it is for.
  private let logsRequests: Bool

  /// - Parameters:
  ///   - thumbnails: what makes thumbnails; nil where it is not installed.
  ///   - pool: threads that may wait for the store.
  ///   - secret: what tokens are made from; nil for that of this host.
  init(
    _ settings: Settings, _ workspace: Workspace, secret: [UInt8]? = nil, magic: MagicDatabase, clients: ArchiveClients,
    scoreboard: Scoreboard, slot: Int, metrics: ServiceMetrics, thumbnails: ThumbnailProgram?, pool: BlockingPool,
    log: OperatorLog
  ) throws {
    let secret = try secret ?? workspace.privateFolder.secret()
    let memory = try ChecksumMemory(in: workspace.privateFolder, log: { log.warning($0) })
    let sources = workspace.storage.sources(DiskThreads(), memory)
    archives = ArchiveDownload(
      ArchiveConfiguration(
        limits: ArchiveLimits(
          perWorker: settings.maxArchives,
          perClient: settings.maxArchivesPerClient.map { ($0, clients.counts) }),
        partial: clients.partial,
        slot: slot, isSlowed: settings.isSlowed,
        settlingTime: settings.settle * 1_000_000_000, hasPortableNames: settings.hasPortableNames),
      trees: sources.trees,
      activity: workspace.activity, log: log, metrics: metrics)
    let pictures = workspace.pictures(settings, magic)
    let storageMetrics = StorageMetrics(pictures: pictures, dataFolder: settings.data, pool: pool, log: log)
    let health = HealthRoutes(metrics: metrics) { [shared = workspace.shared] in
      let ofStorage = await storageMetrics.gather()
      guard shared != nil else { return ofStorage }
      return ofStorage + SharedStorageMetrics.metrics(scoreboard, first: Self.sharedCounters)
    }
    let imageHost = ImageHostConfiguration(publicURL: settings.publicURL, uploadToken: settings.uploadToken)
    let images = ImageHost(
      imageHost, pictures: pictures, secret: secret,
      archives: archives, thumbnails: thumbnails, budget: LocalThumbnailBudget(in: workspace.privateFolder),
      activity: workspace.activity, log: log)
    web = WebService(
      routes: RouteTable.routes(
        images: images, archives: archives, health: health,
        document: DocumentRoute { RouteTable.interface(without: ImageHost.absentCredentials(imageHost)) }),
      metrics: metrics, log: log, language: settings.language, requestLimit: Self.requestLimit,
      isReadOnly: settings.isReadOnly)
    objects = ObjectStorage(
      ObjectStorageConfiguration(
        rootKey: settings.rootKeys, language: settings.language, domain: settings.objectDomain,
        isReadOnly: settings.isReadOnly),
      storage: workspace.storage.objects, pictures: PictureBucket(pictures), photos: sources.photos,
      keys: workspace.keys, archives: archives, activity: workspace.activity, log: log,
      metrics: metrics, firstRoute: RouteTable.firstObjectOperation)
    let isShared = workspace.shared != nil
    logsRequests = isShared
    let state = ProgramState(scoreboard: scoreboard, metrics: metrics, settings: settings, pool: pool) {
      isShared ? SharedStorageMetrics.absences(scoreboard, first: Self.sharedCounters) : []
    }
    // Its own, since photo folders may be on a mount that hangs.
    let consoleSources = workspace.storage.sources(DiskThreads(), memory)
    console = ConsoleEndpoint(
      Console(
        ConsoleConfiguration(
          rootKey: settings.rootKeys, version: ProgramVersion.text, activityLogPath: workspace.activityLogPath,
          state: state.gather,
          check: { Preflight.allProblems(settings) },
          checkShared: { [shared = workspace.shared] in await shared?.findings().map { $0.line } ?? [] }),
        objects: objects, keys: workspace.keys, ended: workspace.ended,
        pictures: pictures, folders: consoleSources.photos, trees: consoleSources.trees,
        secret: secret, pool: pool, activity: workspace.activity, log: log),
      metrics: metrics, log: log, language: settings.language, requestLimit: Self.requestLimit,
      isReadOnly: settings.isReadOnly, firstRoute: RouteTable.firstConsoleRoute)
  }

  /// Tells the program's log of refusals that were only counted, if there are any, and some time has passed since.
  /// - Parameter isLast: whatever time has passed: the process ends.
  func reportRefusals(isLast: Bool = false) { archives.reportRefusals(isLast: isLast) }

  /// Answers a request by the service that the web server names (`VITRINE_DOOR`, one for each of its ports).
  func answer(_ request: Request, _ response: ResponseWriter) async {
    guard logsRequests else { return await choose(request, response) }
    await CurrentRequest.$id.withValue(request.parameters["REQUEST_ID"]) { await choose(request, response) }
  }

  private func choose(_ request: Request, _ response: ResponseWriter) async {
    switch request.parameters["VITRINE_DOOR"] {
    case "s3": await objects.handle(request, response)
    case "console": await console.handle(request, response)
    case "console-store": await console.handleStore(request, response)
    default: await web.handle(request, response)
    }
  }
}
