import HTTPSemantics
import Testing

@testable import S3Authentication

@Suite struct PresignedTests {
  static func target(
    method: String = "GET", path: String = "/bucket/a key+ä/../x", query: [(name: String, value: String)] = [],
    expires: Int64 = 3600
  ) throws -> String {
    let origin = "http://localhost:9000"
    let address = try S3Signer.presign(
      method: method, origin: origin, path: path, query: query, credentials: Example.credentials, expires: expires,
      now: Example.now)
    return String(address.dropFirst(origin.count))
  }

  static func request(_ target: String, method: String = "GET", _ more: [(String, String)] = []) -> S3Request {
    Example.request(method, target, [("host", "localhost:9000")] + more)
  }

  @Test func whatIsMadeIsAccepted() throws {
    for method in ["GET", "PUT", "DELETE"] {
      let target = try Self.target(method: method, query: [("response-content-type", "text/plain; a=b+c")])
      #expect(target.hasPrefix("/bucket/a%20key%2B%C3%A4/../x?response-content-type=text%2Fplain%3B%20a%3Db%2Bc&X-Amz"))
      #expect(Example.code(Self.request(target, method: method)) == nil)
      #expect(Example.code(Self.request(target, method: "HEAD")) == .signatureDoesNotMatch)
      #expect(Example.code(Self.request(target, method: method), secret: { _ in "x" }) == .signatureDoesNotMatch)
      #expect(Example.code(Self.request(target, method: method), secret: { _ in nil }) == .invalidAccessKeyID)
    }
  }

  @Test(arguments: [
    ("http://localhost:80", "localhost"), ("https://localhost:443", "localhost"),
    ("http://localhost:443", "localhost:443"), ("https://localhost", "localhost"),
  ])
  func theSchemesOwnPortIsNotPartOfTheHost(origin: String, host: String) throws {
    let address = try S3Signer.presign(
      method: "GET", origin: origin, path: "/b/k", credentials: Example.credentials, expires: 1, now: Example.now)
    #expect(address.hasPrefix(origin + "/b/k?"))
    let target = String(address.dropFirst(origin.count))
    #expect(Example.code(Example.request("GET", target, [("host", host)])) == nil)
  }

  @Test func aLinkIsGoodFromNowUntilItExpires() throws {
    let request = try Self.request(Self.target())
    #expect(Example.code(request, now: Example.now + 3599) == nil)
    #expect(Example.outcome(request, now: Example.now + 3600).error == .expired)
    #expect(Example.code(request, now: Example.now - 900) == nil)
    #expect(Example.outcome(request, now: Example.now - 901).error?.message == "Request is not valid yet")
    let week = try Self.request(Self.target(expires: .max))
    #expect(Example.code(week, now: Example.now + 604_799) == nil)
    #expect(Example.outcome(week, now: Example.now + 604_800).error == .expired)
  }

  @Test(arguments: [
    ("X-Amz-Expires=3600", "X-Amz-Expires=0", S3AuthenticationError.Code.accessDenied),
    ("X-Amz-Expires=3600", "X-Amz-Expires=-7", .accessDenied),
    ("X-Amz-Expires=3600", "X-Amz-Expires=604801", .accessDenied),
    ("X-Amz-Expires=3600", "X-Amz-Expires=604800", .signatureDoesNotMatch),
    ("X-Amz-Expires=3600", "X-Amz-Expires=soon", .authorizationQueryParametersError),
    ("X-Amz-Expires=3600", "X-Amz-Expires=99999999999999999999", .authorizationQueryParametersError),
    ("X-Amz-Expires=3600&", "", .authorizationQueryParametersError),
    ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", .authorizationQueryParametersError),
    ("20130524T000000Z", "20130524", .authorizationQueryParametersError),
    ("20130524T000000Z", "20130525T000000Z", .authorizationQueryParametersError),
    ("20130524T000000Z", "20130524T000001Z", .signatureDoesNotMatch),
    ("s3%2Faws4_request", "ec2%2Faws4_request", .authorizationQueryParametersError),
    ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", .authorizationQueryParametersError),
    ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=range", .accessDenied),
    ("us-east-1", "eu-west-1", .signatureDoesNotMatch),
    ("/bucket/", "/bucker/", .signatureDoesNotMatch),
    ("X-Amz-Signature=", "X-Amz-Signature=0", .signatureDoesNotMatch),
    ("&X-Amz-Signature=", "&y=1&X-Amz-Signature=", .signatureDoesNotMatch),
  ])
  func aChangedLinkIsRefused(original: String, changed: String, code: S3AuthenticationError.Code) throws {
    let parts = try Self.target().split(separator: original, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    #expect(Example.code(Self.request(parts.joined(separator: changed))) == code)
  }

  @Test func aFieldThatTheLinkDoesNotAllowIsRefused() throws {
    let target = try Self.target(method: "PUT")
    #expect(Example.code(Self.request(target, method: "PUT", [("x-amz-acl", "public-read")])) == .accessDenied)
    #expect(Example.code(Self.request(target, method: "PUT", [("content-type", "text/plain")])) == nil)
    #expect(Example.code(Self.request(target, method: "PUT", [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")])) == nil)
    #expect(
      Example.code(Self.request(target, method: "PUT", [("x-amz-content-sha256", Example.emptyHash)]))
        == .signatureDoesNotMatch)
  }

  @Test func fieldsInTheQueryCountAsFields() throws {
    let target = try Self.target(
      method: "PUT", query: [("X-Amz-Acl", "public-read"), ("x-amz-meta-a", "b c"), ("content-type", "image/png")])
    guard case .authenticated(let request) = try Example.outcome(Self.request(target, method: "PUT")).get() else {
      Issue.record("anonymous")
      return
    }
    #expect(request.impliedFields == ["x-amz-acl": "public-read", "x-amz-meta-a": "b c"])
  }

  @Test func version2TakesFieldsFromTheQueryIntoItsSignature() throws {
    let expires = Example.now + 60
    let text =
      "PUT\n\nimage/png\n\(expires)\nx-amz-acl:private\nx-amz-meta-a:b c\n/bucket/key?partNumber=1&uploadId=a/b"
    let signature = SignatureVersion2.sign(text, secret: Example.secretKey)
    let query =
      "uploadId=a%2Fb&unsigned=1&partNumber=1&AWSAccessKeyId=\(Example.accessKey)&Expires=\(expires)&Signature="
      + PercentEncoding.encodeQueryComponent(signature)
    let target = "/bucket/key?content-type=image%2Fpng&x-amz-acl=private&x-amz-meta-a=b%20c&\(query)"
    guard case .authenticated(let request) = try Example.outcome(Self.request(target, method: "PUT")).get() else {
      Issue.record("anonymous")
      return
    }
    #expect(request.impliedFields == ["content-type": "image/png", "x-amz-acl": "private", "x-amz-meta-a": "b c"])
    // A field that is sent says the same as the one in the query, or nobody knows which of them counts.
    let sent = Self.request(target, method: "PUT", [("x-amz-acl", "public-read")])
    #expect(Example.code(sent) == .invalidArgument)
    #expect(Example.code(Self.request(target, method: "PUT", [("x-amz-acl", "private")])) == nil)
    #expect(Example.code(Self.request(target, method: "PUT", [("x-amz-tagging", "a=b")])) == .signatureDoesNotMatch)
    #expect(Example.outcome(Self.request(target, method: "PUT"), now: expires).error == .expired)
  }

  @Test(arguments: [
    "AWSAccessKeyId=k", "Signature=s", "AWSAccessKeyId=k&Signature=s", "AWSAccessKeyId=k&Signature=s&Expires=x",
  ])
  func anIncompleteLinkOfVersion2IsRefused(query: String) {
    #expect(Example.code(Self.request("/bucket/key?\(query)")) == .accessDenied)
  }

  @Test func anEmptyPathOrUnknownParametersDoNotMatter() throws {
    #expect(Example.code(Self.request(try Self.target(path: "/"))) == nil)
    #expect(try Example.outcome(Self.request("/bucket?Expires=1&X-Amz-Date=x")).get().accessKey == nil)
  }
}
