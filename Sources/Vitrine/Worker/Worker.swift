internal import AccountRecords
internal import ArchiveDownload
internal import EventLoop
internal import FastCGI
internal import ImageHost
internal import Journal
internal import LocalStorage
internal import Magic
internal import Posix
internal import ProgramSettings
internal import Storage
internal import Supervisor
internal import WebService

/// A worker process: it opens the services and serves until it is asked to stop.
@EventLoopActor
final class Worker {
  /// Nanoseconds between two signs of life.
  private static let beatInterval: UInt64 = 1_000_000_000
  /// Nanoseconds between two looks for pictures that the index does not list yet.
  private static let listingInterval: UInt64 = 1_000_000_000

  /// Nanoseconds between two looks whether the private folder is still there.
  private static let folderInterval: UInt64 = 1_000_000_000
  /// Nanoseconds between two looks for refusals to tell of.
  private static let refusalInterval: UInt64 = 5_000_000_000

  private let context: WorkerContext
  private let settings: Settings
  private let log: OperatorLog
  private let workspace: Workspace
  private let services: Services
  private let storePool = BlockingPool(name: "store", limit: 8)
  private let server: FastCGIServer
  private var signals: SignalWatch?
  private var isDraining = false

  /// Runs a worker in the process that was forked for it.
  /// - Parameter secret: what tokens are made from, where several hosts share it.
  nonisolated static func run(
    _ context: WorkerContext, _ settings: Settings, secret: [UInt8]?, _ magic: MagicDatabase,
    _ clients: ArchiveClients, _ log: OperatorLog
  ) -> Never {
    // The file that says it is read once, and not when the loop writes its first line.
    LocalTime.loadZone()
    do {
      // The loop's thread writes no log: it must not wait for a disk, or for whoever reads standard error.
      let queued = log.queued(try LineQueue(name: "log"))
      let activityLines = try LineQueue(name: "app-log")
      let loop = try EventLoop()
      loop.install()
      UnnamedFiles.spareThisThread()
      loop.start {
        do {
          try Worker(context, settings, secret, magic, clients, queued, activityLines).start()
        } catch {
          queued.finish()
          log.error("worker cannot start: \(error)")
          ProcessControl.exitNow(ExitStatus.failed)
        }
      }
      loop.run()
    } catch {
      log.error("worker cannot start: \(error)")
      ProcessControl.exitNow(ExitStatus.failed)
    }
    ProcessControl.exitNow(ExitStatus.done)
  }

  private init(
    _ context: WorkerContext, _ settings: Settings, _ secret: [UInt8]?, _ magic: MagicDatabase,
    _ clients: ArchiveClients, _ log: OperatorLog, _ activityLines: LineQueue
  ) throws {
    self.context = context
    self.settings = settings
    self.log = log
    workspace = try Workspace(settings, magic, pool: storePool, log, lines: activityLines)
    let metrics = ServiceMetrics(scoreboard: context.scoreboard, slot: context.slot, routeNames: RouteTable.names)
    services = try Services(
      settings, workspace, secret: secret, magic: magic, clients: clients, scoreboard: context.scoreboard,
      slot: context.slot,
      metrics: metrics, thumbnails: .find(launcher: ConfinedCommand.launcher), pool: storePool, log: log)
    server = FastCGIServer(
      listener: context.listener, persistentConnections: context.persistentConnections,
      webServers: WebServerAddresses(Environment.value(WebServerAddresses.variable)), report: { log.warning($0) },
      countChanged: { metrics.set(.connections, to: $0) }, handler: services.answer)
  }

  private func start() throws {
    signals = try SignalWatch([.terminate, .quit, .user1]) { [self] signal in handle(signal) }
    if let shared = workspace.shared {
      shared.start(
        counting: SharedStorageMetrics(context.scoreboard, slot: context.slot, first: Services.sharedCounters))
    }
    try server.start()
    context.scoreboard.markReady(context.slot)
    beat()
    settleAbandonedWork()
    listPictures()
    if workspace.shared == nil { watchPrivateFolder() }
    reportRefusals()
  }

  /// Looks, again and again, whether the private folder is still the one that is open here. If somebody has deleted it, it
  /// is made anew with its secret, and the supervisor is asked for a reload: new workers open all that belongs in it.
  private func watchPrivateFolder() {
    EventLoop.current.start { [self, workspace, storePool, log] in
      let folder = workspace.privateFolder
      let secret = try? await storePool.run { () throws(StorageError) in try folder.secret() }
      var isFailing = false
      while let secret, !isDraining {
        await EventLoop.current.sleep(nanoseconds: Self.folderInterval)
        await workspace.keys.revalidate()
        await workspace.ended.revalidate()
        let isLost = await storePool.run { folder.isLost }
        guard isLost, !isDraining else { continue }
        do throws(StorageError) {
          try await storePool.run { () throws(StorageError) in try folder.remake(secret: secret) }
          log.error(
            "\(settings.data)/.vitrine was deleted: made anew, with the secret; what else was in it, access keys among it, "
              + "has to come from a backup; reloading")
          try? ProcessControl.kill(ProcessControl.parentID, .hangup)
          return
        } catch {
          if !isFailing { log.error("\(settings.data)/.vitrine was deleted, and cannot be made anew: \(error)") }
          isFailing = true
        }
      }
    }
  }

  /// Tells the logs, again and again, of the refusals that were only counted.
  private func reportRefusals() {
    EventLoop.current.start { [activity = workspace.activity, services] in
      while true {
        await EventLoop.current.sleep(nanoseconds: Self.refusalInterval)
        activity.reportRefusals()
        services.reportRefusals()
      }
    }
  }

  /// Tells the supervisor, again and again, that this loop turns.
  private func beat() {
    EventLoop.current.start { [context] in
      while true {
        context.scoreboard.beat(context.slot)
        await EventLoop.current.sleep(nanoseconds: Self.beatInterval)
      }
    }
  }

  /// Settles what workers that are gone left half done.
  private func settleAbandonedWork() {
    EventLoop.current.start { [catalog = workspace.storage.pictures, objects = workspace.storage.objects, log] in
      do throws(StorageError) { try await catalog.settleAbandonedPictures() } catch {
        log.error("cannot settle intents: \(error)")
      }
      do throws(StorageError) { try await objects.settleAbandonedObjects() } catch {
        log.error("cannot settle intents of the object store: \(error)")
      }
    }
    storePool.submit { [folder = workspace.privateFolder, log] in
      do throws(StorageError) { try folder.removeAbandoned() } catch {
        log.error("cannot remove halves of files in .vitrine/: \(error)")
      }
    }
  }

  /// Lists, again and again, what was published and nobody has asked for.
  private func listPictures() {
    EventLoop.current.start { [catalog = workspace.storage.pictures, log] in
      var isFailing = false
      while true {
        await EventLoop.current.sleep(nanoseconds: Self.listingInterval)
        guard catalog.hasPicturesToList else { continue }
        do throws(StorageError) {
          try await catalog.listPublishedPictures()
          isFailing = false
        } catch {
          if !isFailing { log.error("cannot list new pictures, and will go on trying: \(error)") }
          isFailing = true
        }
      }
    }
  }

  private func handle(_ signal: Signal) {
    switch signal {
    case .user1: workspace.reopenActivityLog(log)
    case .quit: drain(closesIdle: false, limit: nil)
    case .terminate: drain(closesIdle: true, limit: context.drainLimit)
    default: break
    }
  }

  private func drain(closesIdle: Bool, limit: UInt64?) {
    // TERM after QUIT: the one with the limit counts.
    guard !isDraining || limit != nil else { return }
    isDraining = true
    let loop = EventLoop.current
    loop.start {
      [server, services, storePool, log, catalog = workspace.storage.pictures, activity = workspace.activity] in
      await server.drain(closesIdle: closesIdle, deadline: limit.map { loop.now &+ $0 })
      // If that fails, whoever reads the list next does it.
      if catalog.hasPicturesToList { try? await catalog.listPublishedPictures() }
      activity.reportRefusals(isLast: true)
      services.reportRefusals(isLast: true)
      await storePool.run {
        activity.finish()
        // After it, since it tells of what app.log could not take.
        log.finish()
      }
      loop.stop()
    }
  }
}
