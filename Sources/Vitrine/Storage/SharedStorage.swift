internal import BlobEngine
internal import EngineStorage
internal import EventLoop
internal import Journal
internal import LocalStorage
internal import ObjectStorage
internal import Posix
internal import PostgreSQL
internal import ProgramSettings
internal import Storage

/// What several hosts share: names in a database, bytes in an engine. Nothing is asked of either before it is used.
struct SharedStorage: OpenedStorage {
  /// Bytes of all contents that are on their way from one process to the engine: of each, three pieces at most.
  private static let spoolCapacity: UInt64 = 8 << 30

  let names: NameDatabase
  let engine: EngineClient
  /// The photo folders of this host; nil where they lie in the engine.
  private let folders: PhotoFolders?
  private let photos: EnginePhotos
  private let listeners: EngineListeners
  private let store: EngineObjectStore
  private let catalog: EnginePictureCatalog
  private let changes: NameChanges
  private let cache: BlobCache?
  /// For the log when the program begins to serve.
  private let warning: String?
  private let log: OperatorLog
  private let sharedDocuments: EngineDocumentStore

  var pictures: any PictureCatalog & PictureMaintenance & BlockedPictureList & PictureTrash { catalog }
  var objects: any ObjectStorageBackend & BucketMaintenance { store }
  var documents: any DocumentStore { sharedDocuments }

  /// - Parameter pool: threads that may wait for this host's disk.
  /// - Throws: where a library is missing, or the connection string is none.
  @EventLoopActor
  init(_ settings: Settings, _ shared: SharedStorageSettings, pool: BlockingPool, _ log: OperatorLog) throws {
    // A page of the catalogue asks for a hundred thumbnails at once.
    var limits = DatabaseLimits()
    limits.queue = 1_024
    names = NameDatabase(ConnectionPool(try ConnectionString(shared.database), limits))
    let listeners = EngineListeners()
    self.listeners = listeners
    engine = try EngineClient(
      shared.engine, shared.credentials, pool: pool,
      report: { event in
        Self.report(event, log)
        listeners.metrics?.note(event)
      },
      origin: { CurrentRequest.id })
    folders = settings.photos.map { PhotoFolders(root: $0) }
    let folder = SharedDescriptor(try FileDescriptor.open(settings.data, [.readOnly, .directory]))
    let spool = Spool(in: folder, capacity: Self.spoolCapacity, pool: pool)
    cache = BlobCache(in: folder, capacity: shared.cache)
    warning =
      cache == nil && shared.cache > 0
      ? "\(SettingsTable.engineCache.name): no copies are stored of what the engine gives: no file can be made in \(settings.data), or "
        + "its file system does not say which pages are in memory; make it writable, or set 0" : nil
    self.log = log
    let stored = S3BlobStore(engine)
    let blobs: any BlobStore = cache.map { CachingBlobStore(stored, $0) } ?? stored
    changes = NameChanges(names)
    store = EngineObjectStore(names, blobs, spool, changes)
    catalog = EnginePictureCatalog(names, blobs, spool, thumbnails: WebServerThumbnails())
    photos = EnginePhotos(
      names, blobs,
      PhotoRules(isShown: PhotoPath.isShown, mediaType: { ForeignMediaTypes.system.mediaType(of: $0) }))
    sharedDocuments = EngineDocumentStore(names, changes)
  }

  /// The same for a command that uses it once.
  /// - Returns: nil where the settings name none.
  @EventLoopActor
  static func opened(_ settings: Settings) async throws -> SharedStorage? {
    guard let shared = settings.shared else { return nil }
    let storage = try SharedStorage(
      settings, shared, pool: BlockingPool(name: "store", limit: 1), OperatorLog(level: settings.level))
    try await storage.prepare()
    return storage
  }

  /// Makes the tables, where nobody has done so yet.
  nonisolated(nonsending) func prepare() async throws(StorageError) { try await names.prepareSchema() }

  /// From now on, hears of what other hosts and other processes of this host change, and counts what is asked of database
  /// and engine.
  @EventLoopActor
  func start(counting metrics: SharedStorageMetrics) {
    if let warning { log.warning(warning) }
    changes.count(in: metrics.nameChanges)
    _ = changes.start()
    listeners.metrics = metrics
    EventLoop.current.start { [names, engine, cache] in
      while true {
        metrics.look(names.pool.status, engine.state, cache?.counts ?? BlobCache.Counts())
        if names.pool.status.isAway { await names.seek() }
        await EventLoop.current.sleep(nanoseconds: 1_000_000_000)
      }
    }
  }

  /// What tokens are made from, on every host.
  nonisolated(nonsending) func secret() async throws(StorageError) -> [UInt8] { try await sharedDocuments.secret() }

  func sources(_ threads: DiskThreads, _ memory: ChecksumMemory) -> ArchiveSources {
    guard let folders else {
      return ArchiveSources(
        photos: photos, trees: EngineTrees(store, pictures: catalog, photos: .inEngine(photos)))
    }
    return ArchiveSources(
      photos: LocalPhotos(folders, threads: threads),
      trees: EngineTrees(
        store, pictures: catalog,
        photos: .elsewhere(LocalPhotoTrees(folders, memory: memory, threads: threads))))
  }

  /// What only one process of all hosts does at a time.
  func chores() -> any Lease { EngineLease("chores", names) }

  /// What is wrong with database or engine, tried out now; the setting that is about it stands in front.
  @EventLoopActor
  func findings() async -> [(isFatal: Bool, line: String)] {
    let ofNames = await names.probe().map { ($0.isFatal, "\(SettingsTable.database.name): \($0)") }
    let ofEngine = await engine.probe().map { ($0.isFatal, "\(SettingsTable.engine.name): \($0)") }
    return ofNames + ofEngine
  }

  /// Requests to the engine: for which of nginx's, and the engine's own number, by which its log tells more.
  private static func report(_ event: EngineEvent, _ log: OperatorLog) {
    func fields() -> OperatorLog.Fields {
      [
        "operation": event.operation.rawValue, "blob": event.name, "request": event.origin ?? "-",
        "engine_request": event.requestID ?? "-", "ms": event.nanoseconds / 1_000_000,
      ]
    }
    guard let error = event.error, error != .missing, error != .contentFailed else {
      return log.debug("the engine answered", fields())
    }
    log.warning("the engine failed a request: \(error)", fields())
  }
}

/// Who hears of requests to the engine, besides the log.
@EventLoopActor
private final class EngineListeners {
  var metrics: SharedStorageMetrics?
}

/// Thumbnails lie in the cache of this host's web server, which asks for each again before long.
private struct WebServerThumbnails: HostThumbnails {
  nonisolated(nonsending) func keep(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError) {}

  nonisolated(nonsending) func remove(_ name: StoredName) async {}
}
