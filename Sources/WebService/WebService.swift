public import EventLoop
public import FastCGI
internal import HTTPSemantics
public import Journal

/// Takes requests from the FastCGI server through the route table, and answers for what goes wrong on the way.
@EventLoopActor
public final class WebService {
  private let router: Router
  private let metrics: ServiceMetrics
  private let log: OperatorLog
  private let language: ActivityLanguage
  private let requestLimit: Int
  private let isReadOnly: Bool
  private let firstRoute: Int
  private var active = 0

  /// - Parameters:
  ///   - routes: the route table; the first line that fits counts.
  ///   - requestLimit: requests under way in this worker before more are answered with 503.
  ///   - language: of pages for a client that names none.
  ///   - isReadOnly: whether routes that change something are refused.
  ///   - firstRoute: the place of the routes among the names of the metrics; the name behind theirs is for requests
  ///     without a route.
  public init(
    routes: [Route], metrics: ServiceMetrics, log: OperatorLog, language: ActivityLanguage, requestLimit: Int,
    isReadOnly: Bool = false, firstRoute: Int = 0
  ) {
    router = Router(routes: routes)
    self.metrics = metrics
    self.log = log
    self.language = language
    self.requestLimit = requestLimit
    self.isReadOnly = isReadOnly
    self.firstRoute = firstRoute
  }

  /// Answers one request.
  public func handle(_ request: Request, _ writer: ResponseWriter) async {
    active += 1
    metrics.add(1, to: .requestsActive)
    defer {
      active -= 1
      metrics.subtract(1, from: .requestsActive)
    }
    let (route, status) = await answer(request, writer)
    metrics.add(writer.bytesSent, to: .bytesSent)
    metrics.add(request.body.receivedLength, to: .bytesReceived)
    metrics.record(
      route: firstRoute + (route ?? router.routes.count), status: status?.code,
      nanoseconds: EventLoop.current.now &- request.started)
  }

  private func answer(_ request: Request, _ writer: ResponseWriter) async -> (route: Int?, status: HTTPStatus?) {
    let webRequest: WebRequest
    do throws(Problem) {
      webRequest = try WebRequest(request.parameters, defaultLanguage: language)
    } catch {
      let response = error.response(prefersHTML: false, language: language)
      try? await writer.send(response.serialized(withoutBody: false))
      return (nil, response.status)
    }
    let decision = router.find(webRequest.method, webRequest.target.segments)
    var captured: [String: String] = [:]
    var index: Int?
    if case .route(let found, let captures) = decision { (index, captured) = (found, captures) }
    let exchange = Exchange(
      request: webRequest, captures: captured, body: request.body, writer: writer,
      content: index.flatMap { router.routes[$0].signature.operation.content },
      keepsConnection: request.keepsConnection)
    do throws(Problem) {
      guard active <= requestLimit else { throw Problem(.overloaded) }
      switch decision {
      case .route(let found, _):
        let route = router.routes[found]
        try route.signature.operation.check(webRequest.target.query)
        if isReadOnly, route.signature.isChange(webRequest.method) { throw Problem(.readOnly) }
        try await route.handler(exchange)
      case .wrongMethod(let allowed):
        var problem = Problem(.methodNotAllowed)
        problem.allowedMethods = allowed
        throw problem
      case .none: throw Problem(.notFound)
      }
    } catch {
      await refuse(exchange, error)
    }
    if let index { compare(exchange, with: router.routes[index].signature) }
    return (index, writer.isAborted ? nil : Self.clientStatus(exchange.status))
  }

  /// Tells of an answer that the description of the interface does not have: tests look for the line.
  private func compare(_ exchange: Exchange, with route: RouteSignature) {
    guard let status = Self.clientStatus(exchange.status), !route.operation.declares(status) else { return }
    log.error(
      "an answer that the interface does not declare",
      ["route": "\(route.pattern)", "status": status.code, "request": exchange.request.identifier])
  }

  private func refuse(_ exchange: Exchange, _ problem: Problem) async {
    if let context = problem.context {
      log.error(
        context,
        [
          "code": problem.code.rawValue, "request": exchange.request.identifier,
          "client": exchange.request.clientAddress,
        ])
    }
    guard !exchange.writer.hasStarted else { return }
    switch problem.code {
    // Later versions of nginx may answer 404 from their cache. 410 they do not, and turn it into 404 for the client.
    case .notFound where exchange.request.cacheSeconds != nil: await exchange.respond(WebResponse(status: .gone))
    // nginx would answer a 503 from its cache for any length of time, but a broken connection only within `stale-if-error`.
    case .overloaded where exchange.request.cacheSeconds != nil: await exchange.abort()
    default: await exchange.respond(problem.response(to: exchange.request))
    }
  }

  /// The status that reaches the client: nginx turns 410 into 404.
  private static func clientStatus(_ status: HTTPStatus?) -> HTTPStatus? { status == .gone ? .notFound : status }
}
