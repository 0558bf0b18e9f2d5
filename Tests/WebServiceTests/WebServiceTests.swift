import EventLoop
import FastCGI
import FastCGIFixture
import FastCGIWire
import HTTPSemantics
import Journal
import LoopFixture
import Supervisor
import Testing

@testable import WebService

/// Requests over a socket, as nginx sends them, to what is answered and counted.
struct WebServiceTests {
  /// A service whose routes show what the service makes of them.
  @EventLoopActor
  private final class ExampleService {
    let gate = WaitPoint()

    private nonisolated static let name = Parameter.text("name", in: .path, "A name.")
    private nonisolated static let picture = Parameter.text("picture", "A picture.", isRepeatable: true)

    private nonisolated static func operation(of parameters: [Parameter<String>] = []) -> Operation {
      Operation(
        "example", "An example", parameters: parameters.map(\.declaration), answers: [.empty(.ok, "Done.")],
        refusing: [.storageFull])
    }

    nonisolated static let table: [ServiceRoute<ExampleService>] = [
      ServiceRoute([.get], "/plain", "plain", ExampleService.operation()) { (_, exchange) async throws(Problem) in
        await exchange.respond(WebResponse(status: .ok, text: "plain"))
      },
      ServiceRoute([.get], "/named/{name}", "named", ExampleService.operation(of: [ExampleService.name])) {
        (_, exchange) async throws(Problem) in
        await exchange.respond(WebResponse(status: .ok, text: exchange.captures["name"] ?? ""))
      },
      ServiceRoute([.get], "/chosen", "chosen", ExampleService.operation(of: [ExampleService.picture])) {
        (_, exchange) async throws(Problem) in
        await exchange.respond(WebResponse(status: .ok, text: "\(exchange.request.target.query.all("picture").count)"))
      },
      ServiceRoute([.post], "/refuse", "refuse", ExampleService.operation()) { (_, _) async throws(Problem) in
        throw Problem(.storageFull, context: "no room")
      },
      ServiceRoute([.get], "/stream", "stream", ExampleService.operation()) { (_, exchange) async throws(Problem) in
        do throws(RequestFailure) {
          try await exchange.begin(.ok, ["Content-Type": "text/plain"], length: 100_000)
          try await exchange.writer.write([UInt8](repeating: 1, count: 100_000))
          try await exchange.writer.finish()
        } catch {
          await exchange.abort()
        }
      },
      ServiceRoute([.get], "/broken", "broken", ExampleService.operation()) { (_, exchange) async throws(Problem) in
        try? await exchange.begin(.ok, [:], length: 100_000)
        await exchange.abort()
      },
      ServiceRoute([.get], "/late", "late", ExampleService.operation()) { (_, exchange) async throws(Problem) in
        try? await exchange.begin(.ok, [:], length: 100_000)
        throw Problem(.internalError)
      },
      ServiceRoute([.get], "/wait", "wait", ExampleService.operation()) { (example, exchange) async throws(Problem) in
        _ = await example.gate.wait()
        await exchange.respond(WebResponse(status: .noContent))
      },
    ]
  }

  /// The service behind a socket.
  @EventLoopActor
  private final class Site {
    let example = ExampleService()
    let served: ServedSocket
    let metrics: ServiceMetrics

    init(requestLimit: Int = 100) throws {
      let names = ExampleService.table.map(\.signature.name) + ["none"]
      let metrics = ServiceMetrics(
        scoreboard: try Scoreboard(slots: 1, counters: ServiceMetrics.counterCount(routes: names.count)), slot: 0,
        routeNames: names)
      let service = WebService(
        routes: ExampleService.table.map { [example] in $0.bound(to: example) }, metrics: metrics,
        log: OperatorLog(level: .error, style: .timestamp, output: nil), language: .spanish, requestLimit: requestLimit)
      served = try ServedSocket { request, response in await service.handle(request, response) }
      self.metrics = metrics
    }

    func get(
      _ target: String, method: String = "GET", body: [UInt8] = [], accept: String = "*/*"
    ) async throws -> WebServerPeer.Response {
      let peer = try served.connect()
      try await peer.send(Self.request(target, method: method, body: body, accept: accept))
      return try await peer.response()
    }

    static func request(
      _ target: String, method: String = "GET", body: [UInt8] = [], accept: String = "*/*"
    ) -> [UInt8] {
      WireBytes.request(
        WireBytes.pairs(["REQUEST_METHOD": method, "REQUEST_URI": target, "HTTP_ACCEPT": accept]), body: body)
    }

    func hasMetric(_ line: String) -> Bool {
      Metric.exposition(metrics.metrics).split(separator: "\n").contains(Substring(line))
    }
  }

  @Test func parametersThatARouteDoesNotDeclareAreRefused() async throws {
    try await TestLoop.run {
      let site = try Site()
      for target in [
        "/plain?a=1&a=1", "/plain?a", "/chosen?picture=1&picture=2&name=x", "/chosen?%70icture=1&Picture=2",
      ] {
        let text = try await site.get(target).text
        #expect(text.hasPrefix("Status: 400") && text.contains("malformed-request"))
      }
      #expect(try await site.get("/chosen?picture=1&picture=2").text.hasSuffix("\r\n\r\n2"))
    }
  }

  @Test func answerOfARoute() async throws {
    try await TestLoop.run {
      let site = try Site()
      #expect(
        try await site.get("/plain").text
          == "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nplain")
      #expect(
        try await site.get("/plain", method: "HEAD").text
          == "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n")
      #expect(try await site.get("/named/%D1%8F").text.hasSuffix("\r\n\r\nя"))
      #expect(site.hasMetric("vitrine_requests_total{route=\"plain\",status=\"200\"} 2"))
      #expect(site.hasMetric("vitrine_requests_active 0"))
      await site.served.stop()
    }
  }

  @Test func refusalsAreDocumentsOrPages() async throws {
    try await TestLoop.run {
      let site = try Site()
      for (target, method, status) in [
        ("/nothing", "GET", "404 Not Found"), ("/plain", "DELETE", "405 Method Not Allowed"),
        ("/refuse", "POST", "507 Insufficient Storage"), ("/%zz", "GET", "400 Bad Request"),
      ] {
        let document = try await site.get(target, method: method, body: [1, 2, 3])
        #expect(document.text.hasPrefix("Status: \(status)\r\nContent-Type: application/problem+json\r\n"))
        guard target != "/%zz" else { continue }
        let page = try await site.get(target, method: method, accept: "text/html")
        #expect(page.text.hasPrefix("Status: \(status)\r\nContent-Type: text/html; charset=utf-8\r\n"))
        #expect(page.text.contains("Content-Language: es\r\n"), "the service's own language")
      }
      #expect(try await site.get("/plain", method: "PUT").text.contains("\r\nAllow: GET, HEAD\r\n"))
      #expect(try await site.get("/nothing", method: "HEAD").text.hasSuffix("\r\n\r\n"))
      #expect(site.hasMetric("vitrine_requests_total{route=\"none\",status=\"404\"} 3"))
      #expect(site.hasMetric("vitrine_requests_total{route=\"none\",status=\"400\"} 1"))
      #expect(site.hasMetric("vitrine_requests_total{route=\"refuse\",status=\"507\"} 2"))
      #expect(site.hasMetric("vitrine_request_bytes_total 12"))
      await site.served.stop()
    }
  }

  @Test func streamedAnswerHasItsLengthInFront() async throws {
    try await TestLoop.run {
      let site = try Site()
      let response = try await site.get("/stream")
      let head = "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
      #expect(response.output.count == head.utf8.count + 100_000 && response.output.starts(with: head.utf8))
      #expect(site.hasMetric("vitrine_response_bytes_total \(response.output.count)"))
      await site.served.stop()
    }
  }

  @Test(arguments: ["/broken", "/late"])
  func answerThatIsBrokenOffIsCounted(target: String) async throws {
    try await TestLoop.run {
      let site = try Site()
      let response = try await site.get(target)
      #expect(response.applicationStatus != 0 && response.output.count < 100_000)
      await site.served.stop()
    }
  }

  @Test func tooManyRequestsAtOnceAreToldToComeBack() async throws {
    try await TestLoop.run {
      let site = try Site(requestLimit: 1)
      let waiting = try site.served.connect()
      try await waiting.send(Site.request("/wait"))
      #expect(await TestLoop.until { site.hasMetric("vitrine_requests_active 1") })
      let refused = try await site.get("/plain", body: [1])
      #expect(
        refused.text.hasPrefix("Status: 503 Service Unavailable\r\n") && refused.text.contains("\r\nRetry-After: 2\r\n")
      )
      site.example.gate.wake()
      #expect(try await waiting.response().text == "Status: 204 No Content\r\n\r\n")
      #expect(try await site.get("/plain").text.hasPrefix("Status: 200 OK"))
      await site.served.stop()
    }
  }

  @Test func requestWhoseClientIsGoneIsCountedAsCut() async throws {
    try await TestLoop.run {
      let site = try Site()
      let peer = try site.served.connect()
      try await peer.send(Site.request("/wait"))
      #expect(await TestLoop.until { site.hasMetric("vitrine_requests_active 1") })
      peer.close()
      await TestLoop.settle()
      site.example.gate.wake()
      #expect(await TestLoop.until { site.hasMetric("vitrine_requests_total{route=\"wait\",status=\"cut\"} 1") })
      #expect(site.hasMetric("vitrine_requests_active 0"))
      await site.served.stop()
    }
  }
}
