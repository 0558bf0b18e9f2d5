internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
public import WebService

/// What the first page of the console tells.
private struct ConsoleState: Sendable {
  let metrics: ProgramMetrics
  let errors: [String]

  static let shape = JSONShape<ConsoleState>(
    "State",
    ProgramMetrics.members.map { $0.of(\.metrics) } + [
      JSONMember("errors", .list(of: .text), "The last errors of app.log.") { $0.errors }
    ])
}

extension Console {
  private nonisolated static let problems = JSONShape<[String]>(
    "CheckedProblems",
    [JSONMember("problems", .list(of: .text), "What `vitrine check` finds, a line for each problem.") { $0 }])
  private nonisolated static let tail = JSONShape<LogTail>(
    "LogTail",
    [
      JSONMember("lines", .list(of: .text), "Lines of app.log.") { $0.lines },
      JSONMember("next", .text, "What `after` is for the lines that come next.") { $0.next.text },
      JSONMember("restarted", .flag, "Whether the position named a log that is not there any more.") { $0.isRestarted },
    ])
  private nonisolated static let position = Parameter(
    "after", .text(pattern: "^(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})$"), "The `next` of an earlier answer."
  ) { text in
    // As it was handed out: neither signs nor zeros in front.
    LogTail.Position(text).flatMap { $0.text == text ? $0 : nil }
  }

  nonisolated static let stateRoutes = [
    route(
      .get, "state", for: .operator, "describeState", "Metrics of the program and the machine",
      answers: [.json(ConsoleState.shape.schema, "The figures of this moment.")]
    ) { (console, _, _) async throws(ConsoleProblem) in
      let path = console.configuration.activityLogPath
      let tail = await console.pool.run { LogTail.read(path, after: nil) }
      let errors = (tail?.lines ?? []).filter(LogTail.isError).suffix(10)
      let state = ConsoleState(metrics: await console.configuration.state(), errors: Array(errors))
      return WebResponse(status: .ok, json: ConsoleState.shape.json(state))
    },
    route(
      .get, "check", for: .operator, "check", "What `vitrine check` finds",
      answers: [.json(problems.schema, "The problems; none where all is well.")]
    ) { (console, _, _) async throws(ConsoleProblem) in
      let check = console.configuration.check
      // It looks into the photo folder, too.
      let found = await console.photoPool.run { check() }
      let shared = await console.configuration.checkShared()
      return WebResponse(status: .ok, json: problems.json(found + shared))
    },
    route(
      .get, "log", for: .operator, "readLog", "The last lines of app.log, or those since an earlier look",
      parameters: [position.declaration], answers: [.json(tail.schema, "The lines.")], refusing: [.notFound]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      let path = console.configuration.activityLogPath
      let position = exchange.value(position)
      guard let lines = await console.pool.run({ LogTail.read(path, after: position) }) else {
        throw ConsoleProblem(.notFound, "app.log cannot be read")
      }
      return WebResponse(status: .ok, json: tail.json(lines))
    },
  ]

  /// The description of the console's own routes; those of the object store are S3's.
  nonisolated static let documentRoute = route(
    .get, "openapi.json", for: .anybody, "describeInterface",
    "This description: OpenAPI 3.1, made of the routes that the program has",
    answers: [.json(.anything, "The document.")]
  ) { (console, _, _) async throws(ConsoleProblem) in
    interface(version: console.configuration.version).response
  }

  /// The description of the console's interface.
  public nonisolated static func interface(version: String) -> OpenAPIDocument {
    OpenAPIDocument(
      title: "Vitrine: console", version: version,
      description: "What the pages of the console ask for. Buckets and objects are S3's, below /-/console/store.",
      routes: table.map(\.signature))
  }
}
