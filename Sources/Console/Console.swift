public import AccountRecords
public import EventLoop
internal import HTTPSemantics
public import Journal
public import ObjectStorage
public import Pictures
internal import Posix
public import Storage
public import WebService

/// The configuration of the console: from the settings, and from the program.
public struct ConsoleConfiguration: Sendable {
  /// The operator's pair; without it nobody can sign in.
  public var rootKey: (access: String, secret: String)?
  /// The version of the program.
  public var version: String
  /// The file that `app.log` is.
  public var activityLogPath: String
  /// Metrics of the program and the machine, as they are at the moment.
  public var state: @Sendable () async -> ProgramMetrics
  /// What `vitrine check` finds on this host, a line for each problem; may wait for a disk.
  public var check: @Sendable () -> [String]
  /// What it finds in what several hosts share.
  public var checkShared: @Sendable () async -> [String]

  /// Settings of a console.
  public init(
    rootKey: (access: String, secret: String)?, version: String, activityLogPath: String,
    state: @escaping @Sendable () async -> ProgramMetrics, check: @escaping @Sendable () -> [String],
    checkShared: @escaping @Sendable () async -> [String] = { [] }
  ) {
    self.rootKey = rootKey
    self.version = version
    self.activityLogPath = activityLogPath
    self.state = state
    self.check = check
    self.checkShared = checkShared
  }
}

/// The console: what its pages in a browser ask for. What is about buckets and objects goes to the object store as the
/// account that is signed in; there is no second way into it.
@EventLoopActor
public final class Console {
  let configuration: ConsoleConfiguration
  let objects: ObjectStorage
  let keys: AccessKeyStore
  let ended: EndedSessions
  let pictures: Pictures
  let folders: any FolderCatalog
  let trees: any TreeStore
  let pool: BlockingPool
  /// Photo folders may be on a mount that hangs: they must not keep the store waiting.
  let photoPool = BlockingPool(name: "console-photos", limit: 1)
  let activity: ActivityLog
  let log: OperatorLog
  let seal: SessionSeal
  var throttle = SignInThrottle()

  /// - Parameters:
  ///   - ended: sessions that were signed out of.
  ///   - folders: the photo folders. They may be on a mount that hangs: what waits for them must not keep others waiting.
  ///   - trees: what is in them.
  ///   - secret: what sessions are sealed with.
  ///   - pool: threads that may wait for the store.
  public init(
    _ configuration: ConsoleConfiguration, objects: ObjectStorage, keys: AccessKeyStore, ended: EndedSessions,
    pictures: Pictures, folders: any FolderCatalog, trees: any TreeStore, secret: [UInt8], pool: BlockingPool,
    activity: ActivityLog, log: OperatorLog
  ) {
    self.configuration = configuration
    self.objects = objects
    self.keys = keys
    self.ended = ended
    self.pictures = pictures
    self.folders = folders
    self.trees = trees
    self.pool = pool
    self.activity = activity
    self.log = log
    seal = SessionSeal(secret: secret)
  }

  /// The routes, all below `/-/console/`. Those of the object store are not among them: see `ConsoleEndpoint`.
  public nonisolated static let table: [ServiceRoute<Console>] =
    sessionRoutes + storeRoutes + keyRoutes + pictureRoutes + moderationRoutes + stateRoutes + [documentRoute]

  /// A line of the table.
  /// - Parameters:
  ///   - identifier: what a program calls the operation.
  ///   - refusals: those beside what its audience and its method bring along.
  ///   - isChange: whether it changes what is stored; nil for what its method says.
  nonisolated static func route(
    _ method: HTTPMethod, _ path: String, for audience: Audience, _ identifier: String, _ summary: String,
    parameters: [ParameterDeclaration] = [], content: RequestContent? = nil, answers: [Answer],
    refusing refusals: [ConsoleProblem.Code] = [], isChange: Bool? = nil,
    _ handler:
      @escaping @EventLoopActor @Sendable (Console, Exchange, Visitor) async throws(ConsoleProblem)
      -> WebResponse
  ) -> ServiceRoute<Console> {
    let operation = Operation(
      identifier, summary, parameters: parameters, content: content, answers: answers,
      refusing: (refusals + audience.refusals).map(\.refusal), credentials: audience.credentials(for: method))
    return ServiceRoute([method], "\(SessionCookie.path)/\(path)", "console", operation, isChange: isChange) {
      (service, exchange) async throws(Problem) in
      var response: WebResponse
      do throws(ConsoleProblem) {
        let visitor = try await service.admit(exchange.request, audience)
        response = try await handler(service, exchange, visitor)
      } catch {
        service.note(error, exchange)
        response = error.response
      }
      response.fields.set("Cache-Control", "no-store")
      await exchange.respond(response)
    }
  }

  private func note(_ problem: ConsoleProblem, _ exchange: Exchange) {
    guard problem.code == .internalError || problem.code == .overloaded else { return }
    log.error("console: \(problem.detail ?? "")", ["request": exchange.request.identifier])
  }
}
