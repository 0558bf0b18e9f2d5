import HTTPSemantics
import Testing

@Suite struct MethodAndStatusTests {
  @Test func methodsAreCaseSensitive() {
    #expect(HTTPMethod(rawValue: "GET") == .get)
    #expect(HTTPMethod(rawValue: "get") != .get)
    #expect(HTTPMethod.head.isSafe)
    #expect(!HTTPMethod.put.isSafe)
    #expect(HTTPMethod.allow([.get, .head]) == "GET, HEAD")
  }

  @Test func statusesReadAsCGIWantsThem() {
    #expect(HTTPStatus.contentTooLarge.description == "413 Content Too Large")
    #expect(HTTPStatus(code: 404, reason: "Gone fishing") == .notFound)
    #expect(HTTPStatus.insufficientStorage.isError)
    #expect(!HTTPStatus.notModified.allowsContent)
    #expect(!HTTPStatus.noContent.allowsContent)
    #expect(HTTPStatus.ok.allowsContent)
  }
}
