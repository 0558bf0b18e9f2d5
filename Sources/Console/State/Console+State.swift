internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import WebService

extension Console {
  nonisolated static let stateRoutes = [
    route(.get, "state", for: .operator) { (console, _, _) async throws(ConsoleProblem) in
      let path = console.configuration.activityLogPath
      let tail = await console.pool.run { LogTail.read(path, after: nil) }
      var members: [JSONValue.Member] = []
      if case .object(let metadata) = await console.configuration.state() { members = metadata }
      let errors = (tail?.lines ?? []).filter(LogTail.isError).suffix(10)
      members.append(.init(name: "errors", value: .array(errors.map { .string($0) })))
      return WebResponse(status: .ok, json: .object(members))
    },
    route(.get, "check", for: .operator) { (console, _, _) async throws(ConsoleProblem) in
      let check = console.configuration.check
      // It looks into the photo folder, too.
      let problems = await console.photoPool.run { check() }
      return WebResponse(status: .ok, json: ["problems": .array(problems.map { .string($0) })])
    },
    route(.get, "log", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      let path = console.configuration.activityLogPath
      let position = exchange.request.target.query.first("after").flatMap { LogTail.Position($0) }
      guard let tail = await console.pool.run({ LogTail.read(path, after: position) }) else {
        throw ConsoleProblem(.notFound, "app.log cannot be read")
      }
      return WebResponse(
        status: .ok,
        json: [
          "lines": .array(tail.lines.map { .string($0) }), "next": .string(tail.next.text),
          "restarted": .bool(tail.isRestarted),
        ])
    },
  ]
}
