public import EventLoop
internal import FastCGI
public import FileStore
internal import HTTPSemantics
public import Journal
internal import Posix
public import WebService
internal import ZipArchive

/// The archive door: `/archive/<hash>/` streams a folder of photos as a zip. Other doors have theirs streamed here, too.
@EventLoopActor
public final class ArchiveDownload {
  private let folders: PhotoFolders
  private let checksums: ChecksumService
  private let cache = SnapshotCache()
  private let reading: BlockingPool
  private let activity: ActivityLog
  private let log: OperatorLog
  private let metrics: ServiceMetrics
  private let pause: UInt64
  /// Downloads under way in this worker before more are answered with 503.
  private let limit: Int
  private var active = 0

  /// - Parameters:
  ///   - folders: where the photos are.
  ///   - memory: remembered checksums.
  ///   - storePool: threads for the memory's database.
  ///   - isSlowed: whether to pause between chunks, to try out aborted downloads.
  public init(
    folders: PhotoFolders, memory: ChecksumMemory, storePool: BlockingPool, activity: ActivityLog, log: OperatorLog,
    metrics: ServiceMetrics, isSlowed: Bool, limit: Int = 8_192
  ) {
    self.folders = folders
    self.activity = activity
    self.log = log
    self.metrics = metrics
    self.limit = limit
    pause = isSlowed ? 100_000_000 : 0
    reading = BlockingPool(name: "photo-files", limit: 4)
    // Computing has threads of its own: a long one must not keep others from opening files.
    checksums = ChecksumService(
      memory: memory, reading: BlockingPool(name: "photo-crc", limit: 2), remembering: storePool)
  }

  /// The routes of the door.
  public nonisolated static let table: [DoorRoute<ArchiveDownload>] = [
    DoorRoute([.get], "/archive/{hash}/", "archive") { (door, exchange) async throws(Problem) in
      try await door.download(exchange)
    },
    DoorRoute([.get], "/archive/{hash}", "archive") { (door, exchange) async throws(Problem) in
      try await door.download(exchange)
    },
    DoorRoute([.get], "/archive/", "archive") { (door, exchange) async throws(Problem) in
      await door.notFound(exchange, "")
    },
    DoorRoute([.get], "/archive", "archive") { (door, exchange) async throws(Problem) in
      await door.notFound(exchange, "")
    },
  ]

  // MARK: One download

  private func download(_ exchange: Exchange) async throws(Problem) {
    let name = exchange.captures["hash"] ?? ""
    guard let folder = FolderName(name) else { return await notFound(exchange, name) }
    let source = PhotoFolderSource(folder: folder, folders: folders)
    do throws(Problem) {
      try await deliver(source, to: exchange) { plan in cache.snapshot(of: folder, for: plan) }
    } catch  where error.code == .notFound {
      await notFound(exchange, name)
    }
  }

  /// Answers a request with the archive of a source that another door has.
  /// - Throws: `not-found` where the source is not there any more.
  public func deliver(_ source: any ArchiveSource, to exchange: Exchange) async throws(Problem) {
    try await deliver(source, to: exchange) { plan in ArchiveSnapshot(plan) }
  }

  private func deliver(
    _ source: any ArchiveSource, to exchange: Exchange, snapshot: (ArchivePlan) -> ArchiveSnapshot
  ) async throws(Problem) {
    guard active < limit else { throw Problem(.overloaded) }
    active += 1
    metrics.add(1, to: .archivesActive)
    defer {
      active -= 1
      metrics.subtract(1, from: .archivesActive)
    }
    let plan: ArchivePlan
    do throws(ArchiveFailure) {
      plan = try await reading.run { () throws(ArchiveFailure) in try ArchivePlan(source) }
    } catch .notFound {
      throw Problem(.notFound)
    } catch {
      throw Problem(.internalError, context: "archive \(source.name): \(error.words)")
    }
    await answer(exchange, snapshot(plan))
  }

  private func answer(_ exchange: Exchange, _ snapshot: ArchiveSnapshot) async {
    let request = exchange.request
    let length = snapshot.layout.totalLength
    let selection = RangeSelection.select(
      request.fields, method: request.method, length: length, current: snapshot.validators)
    let fields = ArchiveFields.make(snapshot, selection, fileName: request.target.query.first("name"))
    switch selection {
    case .notModified, .preconditionFailed, .unsatisfiable:
      await exchange.respond(WebResponse(status: selection.status, fields: fields))
    case .whole where request.method == .head:
      await exchange.answerHead(fields, length: length)
    case .whole:
      await send(0..<length, .ok, fields, exchange, snapshot)
    case .partial(let range):
      await send(range, .partialContent, fields, exchange, snapshot)
    }
  }

  private func send(
    _ range: Range<UInt64>, _ status: HTTPStatus, _ fields: HeaderFields, _ exchange: Exchange,
    _ snapshot: ArchiveSnapshot
  ) async {
    let start = EventLoop.current.now
    let count = UInt64(range.count)
    let writer = exchange.writer
    let sender = ArchiveSender(
      snapshot: snapshot, writer: writer, checksums: checksums,
      files: MemberFiles(snapshot, pool: reading), reading: reading, pause: pause)
    do throws(ArchiveFailure) {
      do throws(RequestFailure) {
        try await exchange.begin(status, fields, length: count, heldBack: min(ArchiveSender.heldBack, count))
      } catch {
        throw ArchiveFailure.transfer(error)
      }
      try await sender.send(range)
      activity.record(.archiveSent(name: snapshot.source.name, bytes: count))
      report(exchange, snapshot, "archive sent", count, since: start)
    } catch {
      await writer.breakOff()
      let sent = min(writer.bytesSent, count)
      activity.record(
        .archiveCutOff(name: snapshot.source.name, error.interruption, sent: sent, total: count))
      report(exchange, snapshot, "archive cut off: \(error.words)", sent, since: start)
    }
  }

  private func report(
    _ exchange: Exchange, _ snapshot: ArchiveSnapshot, _ message: String, _ bytes: UInt64, since start: UInt64
  ) {
    let milliseconds = max(1, (EventLoop.current.now &- start) / 1_000_000)
    log.info(
      message,
      [
        "archive": snapshot.source.name, "bytes": bytes, "ms": milliseconds, "kBps": bytes / milliseconds,
        "members": snapshot.members.count, "client": exchange.request.clientAddress,
        "request": exchange.request.identifier,
      ])
  }

  private func notFound(_ exchange: Exchange, _ name: String) async {
    if !name.isEmpty { activity.record(.archiveNotFound(name: name)) }
    await exchange.respond(
      ArchiveNotFound.response(prefersHTML: exchange.request.prefersHTML, language: exchange.request.language))
  }
}

extension Exchange {
  /// Answers HEAD for a body that is not made.
  func answerHead(_ fields: HeaderFields, length: UInt64) async {
    var fields = fields
    fields.set("Content-Length", String(length))
    await respondHead(.ok, fields)
  }
}

extension ArchiveFailure {
  /// For the activity log: who or what ended the download.
  var interruption: ActivityEvent.Interruption {
    switch self {
    case .notFound: .memberChanged("")
    case .unreadable(let reason): .memberUnreadable(reason)
    case .changed(let name): .memberChanged(name)
    case .memberUnreadable(let name, _): .memberUnreadable(name)
    case .transfer(.timedOut): .clientTooSlow
    case .transfer: .clientLeft
    }
  }

  /// For the operator.
  var words: String {
    switch self {
    case .notFound: "no such folder"
    case .unreadable(let reason): reason
    case .changed(let name): "\(name) changed or vanished while it was sent"
    case .memberUnreadable(let name, let reason): "\(name): \(reason)"
    case .transfer(.timedOut): "the client takes nothing any more"
    case .transfer: "the client went away"
    }
  }
}
