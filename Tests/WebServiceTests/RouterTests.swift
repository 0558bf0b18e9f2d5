import HTTPSemantics
import Testing

@testable import WebService

struct RouterTests {
  private let router = Router(
    routes: [
      ([.get], "/", "home"), ([.get], "/images/", "list"), ([.get, .delete], "/api/images/{name}", "image"),
      ([.post], "/api/images/{name}", "image"), ([.get], "/api/images/special", "never"),
      ([.put], "/api/upload/{name}", "upload"), ([.get], "/{bucket}/{key}", "object"), ([.delete], "/delete", "delete"),
    ].map { (methods: [HTTPMethod], pattern: String, name: String) in
      let places = RoutePattern(pattern).captures.map { Parameter.text($0, in: .path, "A place.").declaration }
      let operation = Operation(name, "", parameters: places, answers: [.empty(.ok, "Done.")])
      return ServiceRoute<Int>(methods, pattern, name, operation) { (_, _) async throws(Problem) in }.bound(to: 0)
    })

  /// What the router says, as one line.
  private func find(_ method: HTTPMethod, _ target: String) throws -> String {
    switch router.find(method, try RequestTarget(target.utf8).segments) {
    case .route(let index, let captures):
      let captured = captures.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      return router.routes[index].signature.name + captured
    case .wrongMethod(let allowed): return "405 " + HTTPMethod.allow(allowed)
    case .none: return "404"
    }
  }

  @Test(arguments: [
    (HTTPMethod.get, "/", "home"), (.head, "/", "home"), (.get, "/images/", "list"), (.get, "/images/?a=b", "list"),
    (.get, "/api/images/a.jpg", "image name=a.jpg"), (.head, "/api/images/a.jpg", "image name=a.jpg"),
    (.delete, "/api/images/a.jpg", "image name=a.jpg"), (.post, "/api/images/a.jpg", "image name=a.jpg"),
    (.get, "/api/images/special", "image name=special"), (.put, "/api/upload/%D1%8F.png", "upload name=я.png"),
    (.put, "/api/upload/a%2Fb", "upload name=a/b"), (.get, "/%61pi/images/x", "image name=x"),
    (.get, "/images/x", "object bucket=images key=x"),
  ])
  func theFirstLineThatFitsCounts(method: HTTPMethod, target: String, answer: String) throws {
    #expect(try find(method, target) == answer)
  }

  @Test(arguments: [
    "/images", "/api/images/", "/api/images/a/b", "/nothing", "//", "/images//", "/api/upload/%FF", "*",
    "/" + String(repeating: "x/", count: 5_000),
  ])
  func otherPathsHaveNoRoute(target: String) throws {
    #expect(try find(.get, target) == "404")
  }

  @Test func wrongMethodNamesTheRightOnesOnce() throws {
    #expect(try find(.put, "/") == "405 GET, HEAD")
    #expect(try find(.put, "/api/images/special") == "405 GET, DELETE, HEAD, POST")
    #expect(try find(.get, "/api/upload/x") == "405 PUT")
    #expect(try find(HTTPMethod(rawValue: "BREW"), "/delete") == "405 DELETE")
    #expect(try find(HTTPMethod(rawValue: ""), "/delete") == "405 DELETE")
  }

  @Test func emptyTableHasNoRoute() {
    guard case .none = Router(routes: []).find(.get, [[]]) else { return #expect(Bool(false)) }
  }
}
