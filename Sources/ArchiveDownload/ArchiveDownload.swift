public import EventLoop
internal import FastCGI
internal import HTTPSemantics
public import Journal
internal import Posix
public import Storage
public import WebService
internal import ZipArchive

/// The archive service: `/archive/<hash>/` streams a folder of photos as a zip. Other services have theirs streamed here, too.
@EventLoopActor
public final class ArchiveDownload {
  /// Seconds after which a client that was refused may try again.
  private static let retryAfter = 10
  /// How often, in nanoseconds, one who waits for a folder looks whether the client is still there.
  private static let lookInterval: UInt64 = 500_000_000
  private static let debugPause: UInt64 = 100_000_000

  private let folders: FolderReader
  private let trees: any TreeStore
  /// Threads for archives of many members, whose plans take long to make.
  private let planning = BlockingPool(name: "archive-plan", limit: 4)
  private let dependencies: ArchiveSender.Dependencies
  private let admission: ArchiveAdmission
  private let settling: SettlingTime
  private let names: MemberNames
  private let metrics: ServiceMetrics
  private let partial: PartialDownloads
  private let journal: ArchiveJournal
  private let refusals: RefusalLog

  /// - Parameter trees: what archives are made of.
  public init(
    _ configuration: ArchiveConfiguration, trees: any TreeStore, activity: ActivityLog, log: OperatorLog,
    metrics: ServiceMetrics
  ) {
    self.metrics = metrics
    partial = configuration.partial
    refusals = RefusalLog(log)
    journal = ArchiveJournal(activity: activity, log: log)
    admission = ArchiveAdmission(configuration.limits, slot: configuration.slot)
    settling = SettlingTime(nanoseconds: configuration.settlingTime)
    names = configuration.hasPortableNames ? .portable : .exact
    self.trees = trees
    folders = FolderReader(trees, names, pool: planning, cache: SnapshotCache())
    dependencies = ArchiveSender.Dependencies(
      allowance: OpenFileAllowance(), pause: configuration.isSlowed ? Self.debugPause : 0)
  }

  /// The routes of the service.
  public nonisolated static let table: [ServiceRoute<ArchiveDownload>] = [
    ServiceRoute([.get], "/archive/{hash}/", "archive", ofFolder("downloadFolder", "A folder of photos as one zip")) {
      (service, exchange) async throws(Problem) in
      try await service.answer(exchange)
    },
    ServiceRoute([.get], "/archive/{hash}", "archive", ofFolder("downloadFolderWithoutSlash", "The same")) {
      (service, exchange) async throws(Problem) in
      try await service.answer(exchange)
    },
    ServiceRoute([.get], "/archive/", "archive", ofNothing("archiveRoot")) {
      (service, exchange) async throws(Problem) in
      await service.notFound(exchange, "")
    },
    ServiceRoute([.get], "/archive", "archive", ofNothing("archiveRootWithoutSlash")) {
      (service, exchange) async throws(Problem) in
      await service.notFound(exchange, "")
    },
  ]

  // MARK: One request

  private func answer(_ exchange: Exchange) async throws(Problem) {
    let name = exchange.value(Self.folderName) ?? ""
    guard let folder = FolderName(name) else { return await notFound(exchange, name) }
    do throws(Problem) {
      try await answer(exchange, name) { () async throws(ArchiveFailure) in
        try await self.folders.snapshot(of: folder)
      }
    } catch  where error.code == .notFound {
      await notFound(exchange, name)
    }
  }

  /// Tells of refusals that were only counted, if there are any, and some time has passed since.
  /// - Parameter isLast: whatever time has passed: the process ends.
  public func reportRefusals(isLast: Bool = false) { refusals.reportRefusals(isLast: isLast) }

  /// Answers a request with the archive of a source that another service has.
  /// - Throws: `not-found` where the source is not there any more.
  public func deliver(_ source: ArchiveSource, to exchange: Exchange) async throws(Problem) {
    try await answer(exchange, source.name) { () async throws(ArchiveFailure) in
      ArchiveSnapshot(
        try await ArchivePlan.make(source, self.trees.tree(source.selection), self.names, on: self.planning))
    }
  }

  private func answer(
    _ exchange: Exchange, _ name: String, _ snapshot: () async throws(ArchiveFailure) -> ArchiveSnapshot
  ) async throws(Problem) {
    let client = exchange.request.clientAddress
    let request = exchange.request.identifier
    if let refusal = admission.enter(client) {
      refusals.record(.warning, refusal.rawValue, ["archive": name, "client": client, "request": request])
      throw overloaded()
    }
    metrics.add(1, to: .archivesActive)
    defer {
      admission.leave(client)
      metrics.subtract(1, from: .archivesActive)
    }
    let current: ArchiveSnapshot
    do throws(ArchiveFailure) {
      current = try await settledSnapshot(exchange, snapshot)
    } catch .notFound {
      throw Problem(.notFound)
    } catch .cannotBePacked(let flaw) {
      journal.recordUnpackable(name, flaw, client: client, request: request)
      var problem = Problem(.cannotBePacked)
      problem.cause = "The archive cannot be packed: \(flaw)."
      throw problem
    } catch .beingFilled {
      journal.recordBeingFilled(name, client: client, request: request)
      var problem = Problem(.beingFilled)
      problem.retryAfter = settling.retryAfter
      throw problem
    } catch .transfer {
      // The client has left while it waited.
      throw Problem(.overloaded)
    } catch .unavailable(let reason) {
      throw overloaded(context: "archive \(name): \(reason)")
    } catch {
      throw Problem(.internalError, context: "archive \(name): \(error.text)")
    }
    try await answer(exchange, current)
  }

  /// The archive once nobody has written to a file of it for a while, or at once where the request names its present
  /// state: whoever has a part of that gets the rest of the same bytes.
  private func settledSnapshot(
    _ exchange: Exchange, _ snapshot: () async throws(ArchiveFailure) -> ArchiveSnapshot
  ) async throws(ArchiveFailure) -> ArchiveSnapshot {
    let deadline = EventLoop.current.now &+ settling.longestWait
    while true {
      let asked = Clock.now()
      let current = try await snapshot()
      guard current.source.isFilledByOthers,
        let rest = settling.rest(current.plan.newestModification, listed: asked, now: Clock.now()),
        !validators(of: current).isNamed(by: exchange.request.fields)
      else { return current }
      guard EventLoop.current.now < deadline else { throw .beingFilled }
      try await wait(until: min(EventLoop.current.now &+ rest, deadline), for: exchange)
    }
  }

  private func wait(until end: UInt64, for exchange: Exchange) async throws(ArchiveFailure) {
    while EventLoop.current.now < end {
      await EventLoop.current.sleep(nanoseconds: min(Self.lookInterval, end &- EventLoop.current.now))
      do throws(RequestFailure) { try exchange.writer.check() } catch { throw .transfer(error) }
    }
  }

  private func validators(of snapshot: ArchiveSnapshot) -> ArchiveValidators {
    ArchiveValidators(
      snapshot.plan.entityTag, newestChange: snapshot.source.hasDate ? snapshot.plan.listing.newestChange : nil,
      now: Clock.now())
  }

  private func overloaded(context: String? = nil) -> Problem {
    var problem = Problem(.overloaded, context: context)
    problem.retryAfter = Self.retryAfter
    return problem
  }

  private func answer(_ exchange: Exchange, _ snapshot: ArchiveSnapshot) async throws(Problem) {
    let request = exchange.request
    let length = snapshot.layout.totalLength
    let validators = validators(of: snapshot)
    let selection = validators.select(request.fields, method: request.method, length: length)
    let fields = ArchiveFields.make(
      snapshot.plan, validators, selection, fileName: exchange.value(Self.fileName))
    switch selection {
    case .notModified, .preconditionFailed, .unsatisfiable:
      await exchange.respond(WebResponse(status: selection.status, fields: fields))
    case .whole where request.method == .head:
      await exchange.respondHead(.ok, fields, length: length)
    case .whole:
      try await send(0..<length, .ok, fields, exchange, snapshot)
    case .partial(let range):
      try checkResumption(from: range.lowerBound, exchange, snapshot)
      try await send(range, .partialContent, fields, exchange, snapshot)
    }
  }

  /// Refuses the rest of this archive to a client that has the beginning of another one, and does not say so itself.
  private func checkResumption(
    from offset: UInt64, _ exchange: Exchange, _ snapshot: ArchiveSnapshot
  ) throws(Problem) {
    let request = exchange.request
    let conditions = ["if-range", "if-match", "if-unmodified-since"]
    guard offset > 0, !conditions.contains(where: { request.fields.list(of: $0) != nil }) else { return }
    let name = snapshot.source.name
    guard partial.isMismatch(snapshot.plan.entityTag, from: offset, of: name, by: request.clientAddress) else { return }
    refusals.record(
      .info, "archive has changed since the client got its beginning",
      ["archive": name, "first": offset, "client": request.clientAddress, "request": request.identifier])
    throw Problem(.archiveChanged)
  }

  /// Keeps in mind which archive a client is sent a part of; from the first byte on, since it may come back for the rest
  /// before it is seen to have gone.
  private func noteBeginning(of range: Range<UInt64>, _ exchange: Exchange, _ snapshot: ArchiveSnapshot) {
    partial.remember(
      snapshot.plan.entityTag, upTo: range.upperBound, of: snapshot.source.name, by: exchange.request.clientAddress)
  }

  /// One that has got a whole archive in one piece has no part of it.
  private func noteEnd(
    _ failure: ArchiveFailure?, of range: Range<UInt64>, _ exchange: Exchange, _ snapshot: ArchiveSnapshot
  ) {
    guard failure == nil, range == 0..<snapshot.layout.totalLength else { return }
    partial.forget(snapshot.plan.entityTag, of: snapshot.source.name, by: exchange.request.clientAddress)
  }

  private func send(
    _ range: Range<UInt64>, _ status: HTTPStatus, _ fields: HeaderFields, _ exchange: Exchange,
    _ snapshot: ArchiveSnapshot
  ) async throws(Problem) {
    noteBeginning(of: range, exchange, snapshot)
    let start = EventLoop.current.now
    let count = UInt64(range.count)
    let writer = exchange.writer
    var headLength: UInt64 = 0
    let failure: ArchiveFailure?
    do throws(ArchiveFailure) {
      do throws(RequestFailure) {
        try await exchange.begin(status, fields, length: count)
      } catch {
        throw ArchiveFailure.transfer(error)
      }
      headLength = writer.bytesSent
      try await ArchiveSender(snapshot, range, to: writer, dependencies).send()
      failure = nil
    } catch {
      failure = error
    }
    // While nothing has been sent, an error page tells more than a connection that is cut.
    let isWithdrawn = failure?.isTransfer == false && exchange.withdraw()
    if failure != nil, !isWithdrawn { await exchange.abort() }
    let sent = writer.bytesSent - min(headLength, writer.bytesSent)
    noteEnd(failure, of: range, exchange, snapshot)
    journal.record(
      ArchiveTransfer(
        plan: snapshot.plan, range: range, sent: sent, failure: failure,
        milliseconds: (EventLoop.current.now &- start) / 1_000_000, client: exchange.request.clientAddress,
        request: exchange.request.identifier))
    if isWithdrawn { throw overloaded() }
  }

  private func notFound(_ exchange: Exchange, _ name: String) async {
    if !name.isEmpty { journal.recordNotFound(name) }
    await exchange.respond(Problem(.notFound, .noArchive).response(to: exchange.request))
  }
}
