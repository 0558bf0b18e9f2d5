public import EventLoop
public import FastCGI
internal import HTTPSemantics
internal import FastCGIWire
public import Journal
internal import ObjectStorage
public import WebService

/// The service behind nginx's console port: the console's own routes, and the object store for whoever is signed in.
@EventLoopActor
public final class ConsoleEndpoint {
  /// Where the object store's addresses begin.
  nonisolated static let storeMount = SessionCookie.path + "/store"

  private let console: Console
  private let service: WebService
  private let language: ActivityLanguage

  /// - Parameters:
  ///   - firstRoute: the place of the console's routes among the names of the metrics.
  ///   - isReadOnly: whether routes that change something are refused.
  ///   - requestLimit: requests under way in this worker before more are answered with 503.
  public init(
    _ console: Console, metrics: ServiceMetrics, log: OperatorLog, language: ActivityLanguage, requestLimit: Int,
    isReadOnly: Bool, firstRoute: Int
  ) {
    self.console = console
    self.language = language
    service = WebService(
      routes: Console.table.map { $0.bound(to: console) }, metrics: metrics, log: log, language: language,
      requestLimit: requestLimit, isReadOnly: isReadOnly, firstRoute: firstRoute)
  }

  /// Answers one request for the console itself.
  public func handle(_ request: Request, _ writer: ResponseWriter) async {
    await service.handle(request, writer)
  }

  /// Answers one request for the object store, which nginx has given the headers of an object.
  ///
  /// nginx goes by the decoded address with its `..` resolved, this by the address as it was sent. An object is handed out
  /// only where the two agree: else it would come with the headers of a page, and run as one.
  public func handleStore(_ request: Request, _ writer: ResponseWriter) async {
    let target = request.parameters.value(of: "REQUEST_URI") ?? []
    guard target.starts(with: (Self.storeMount + "/").utf8) else { return await service.handle(request, writer) }
    do throws(ConsoleProblem) {
      let visitor = try await console.admit(try webRequest(request), .accounts)
      await console.objects.handle(
        request, writer,
        from: VerifiedSender(
          account: visitor.account, mount: Self.storeMount, ownParameter: SessionProof.linkParameter))
    } catch {
      await refuse(error, request, writer)
    }
  }

  private func webRequest(_ request: Request) throws(ConsoleProblem) -> WebRequest {
    do throws(Problem) {
      return try WebRequest(request.parameters, defaultLanguage: language)
    } catch {
      throw ConsoleProblem(.malformedRequest)
    }
  }

  private func refuse(_ problem: ConsoleProblem, _ request: Request, _ writer: ResponseWriter) async {
    try? await writer.send(problem.response.serialized(withoutBody: request.parameters["REQUEST_METHOD"] == "HEAD"))
  }
}
