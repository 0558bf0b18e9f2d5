import Digests
import HTTPSemantics
import Testing

@testable import S3Authentication

@Suite struct HeaderSignatureTests {
  static let fields = [
    ("host", "localhost:9000"), ("x-amz-content-sha256", Example.emptyHash), ("x-amz-meta-colour", "blue"),
    ("content-type", "text/plain"),
  ]

  static func signed(_ method: String = "PUT", _ target: String = "/bucket/a%20key?acl&x=1") throws -> S3Request {
    try Example.signed(method, target, fields)
  }

  @Test func aSignedRequestIsItsSigners() throws {
    #expect(try Example.outcome(Self.signed()).get().accessKey == Example.accessKey)
  }

  @Test(arguments: [
    ("host", "localhost:9001"), ("host", "localhost"), ("x-amz-meta-colour", "red"), ("x-amz-meta-colour", nil),
    ("content-type", "text/html"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), ("x-amz-date", "20130524T000001Z"),
  ])
  func aChangedFieldIsRefused(name: String, value: String?) throws {
    #expect(try Example.code(Self.signed().setting(name, value)) == .signatureDoesNotMatch)
  }

  @Test(arguments: [
    ("GET", "/bucket/a%20key?acl&x=1"), ("PUT", "/bucket/a%20kez?acl&x=1"), ("PUT", "/bucket/a+key?acl&x=1"),
    ("PUT", "/bucket/a%20key?acl&x=2"), ("PUT", "/bucket/a%20key?acl"), ("PUT", "/bucket/a%20key?acl&x=1&y"),
    ("PUT", "/bucket//a%20key?acl&x=1"), ("PUT", "/bucket/./a%20key?acl&x=1"), ("PUT", "/bucket/a%2520key?acl&x=1"),
  ])
  func aChangedTargetIsRefused(method: String, target: String) throws {
    let signed = try Self.signed()
    let changed = Example.request(method, target, signed.fields.fields.map { ($0.name, $0.value) })
    #expect(Example.code(changed) == .signatureDoesNotMatch)
  }

  @Test(arguments: ["/bucket/a%20%6bey?x=1&acl", "/bucket/a%20key?acl=&x=%31", "/bucket%2Fa%20key?acl&x=1"])
  func otherSpellingsOfOneTargetAreTheSame(target: String) throws {
    let signed = try Self.signed()
    let spelled = Example.request("PUT", target, signed.fields.fields.map { ($0.name, $0.value) })
    #expect(Example.code(spelled) == nil)
  }

  @Test func aFieldOfAmazonsThatIsNotSignedIsRefused() throws {
    let request = try Self.signed().setting("x-amz-copy-source", "/bucket/secret")
    let error = try #require(Example.outcome(request).error)
    #expect(error.code == .accessDenied)
    #expect(error.details == [NameValuePair("HeadersNotSigned", "x-amz-copy-source")])
    #expect(try Example.code(Self.signed().setting("user-agent", "curl")) == nil)
  }

  @Test func theHostMustBeSigned() throws {
    let request = try Example.signed("GET", "/", [("x-amz-content-sha256", Example.emptyHash)])
    #expect(Example.outcome(request).error?.details == [NameValuePair("HeadersNotSigned", "host")])
  }

  @Test func whiteSpaceInValuesIsFoldedAndRepeatedFieldsAreJoined() throws {
    let request = try Example.signed(
      "GET", "/", Self.fields + [("x-amz-meta-list", "a   b"), ("x-amz-meta-list", "c"), ("x-amz-meta-list", "d")])
    #expect(Example.code(request.setting("x-amz-meta-list", "  a \t b,c,d ")) == nil)
    #expect(Example.code(request.setting("x-amz-meta-list", "a b,c")) == .signatureDoesNotMatch)
  }

  /// nginx hands on `x-amz-meta-a_b` as `HTTP_X_AMZ_META_A_B`.
  @Test func anUnderlineThatBecameADashIsFoundAgain() throws {
    let signed = try Example.signed("GET", "/", Self.fields + [("x-amz-meta-a_b", "1")])
    let arrived = signed.setting("x-amz-meta-a_b", nil).setting("x-amz-meta-a-b", "1")
    guard case .authenticated(let request) = try Example.outcome(arrived).get() else { return }
    #expect(request.signedHeaders.contains("x-amz-meta-a_b"))
    #expect(request.fields["x-amz-meta-a_b"] == "1" && !request.fields.contains("x-amz-meta-a-b"))
    #expect(Example.code(arrived.setting("x-amz-meta-a-b", "2")) == .signatureDoesNotMatch)
  }

  @Test(arguments: [["1", "2"], ["2", "1"]]) func namesThatCGIWritesAlikeAreToldApart(values: [String]) throws {
    let signed = try Example.signed(
      "GET", "/", Self.fields + [("x-amz-meta-a-b", "1"), ("x-amz-meta-a_b", "2")])
    var fields = signed.fields
    fields["x-amz-meta-a_b"] = nil
    fields["x-amz-meta-a-b"] = nil
    for value in values { fields.append("x-amz-meta-a-b", value) }
    let arrived = S3Request(method: "GET", rawPath: signed.rawPath, fields: fields)
    guard case .authenticated(let request) = try Example.outcome(arrived).get() else { return }
    #expect(request.fields["x-amz-meta-a-b"] == "1" && request.fields["x-amz-meta-a_b"] == "2")
  }

  @Test func aFieldIsNotSignedByANameThatCGIWritesLikeIts() throws {
    let signed = try Example.signed("GET", "/", Self.fields + [("x-amz-copy_source", "/a/b")])
    let arrived = signed.setting("x-amz-copy_source", nil).setting("x-amz-copy-source", "/a/b")
    guard case .authenticated(let request) = try Example.outcome(arrived).get() else { return }
    #expect(!request.fields.contains("x-amz-copy-source"))
  }

  @Test func valuesInLatin1AreSignedAsTheyAreSentOrAsText() throws {
    let asText = try Example.signed("GET", "/", Self.fields + [("x-amz-meta-v", "Grüße")])
    #expect(Example.code(asText) == nil)
    // "Grüße" in ISO 8859-1, as bytes.
    let canonical = try CanonicalRequest(
      method: "GET", path: [UInt8(ascii: "/")], query: [], fields: ["v": "Grüße"], signedHeaders: ["v"],
      payloadHash: "", encoding: .latin1)
    let bytes = Array("GET\n/\n\nv:Gr".utf8) + [0xFC, 0xDF] + Array("e\n\nv\n".utf8)
    #expect(canonical.hash == Hexadecimal.encode(SHA256.digest(of: bytes)))
  }

  @Test func aRequestNeedNotDeclareTheHashThatItSigns() throws {
    let own = [("host", "localhost:9000")]
    let empty = try Example.signed("GET", "/", own)
    guard case .authenticated(let request) = try Example.outcome(empty).get() else { return }
    #expect(request.payload == .unsigned)
    let hash = Hexadecimal.encode(SHA256.digest(of: Array("body".utf8)))
    let declared = try Example.signed("PUT", "/b/k", own, hash: hash)
    #expect(Example.code(declared) == .signatureDoesNotMatch)
    var known = declared
    known.bodyHash = hash
    guard case .authenticated(let signed) = try Example.outcome(known).get() else { return }
    #expect(signed.payload == .signed(sha256: SHA256.digest(of: Array("body".utf8))))
  }

  @Test func theClocksMayDifferByAQuarterOfAnHour() throws {
    let request = try Self.signed()
    #expect(Example.code(request, now: Example.now + 900) == nil)
    #expect(Example.code(request, now: Example.now - 900) == nil)
    #expect(Example.code(request, now: Example.now + 901) == .requestTimeTooSkewed)
    #expect(Example.code(request, now: Example.now - 901) == .requestTimeTooSkewed)
  }

  @Test func theDateFieldDatesARequestToo() throws {
    let signed = try Self.signed()
    let dated = signed.setting("x-amz-date", nil).setting("date", "Fri, 24 May 2013 00:00:00 GMT")
    // The date is right, but x-amz-date was signed: it is read, and then missed.
    #expect(Example.code(dated) == .signatureDoesNotMatch)
    for undated in ["", "yesterday", "20130524", "20130532T000000Z", "20130524T000000"] {
      #expect(Example.code(dated.setting("date", undated)) == .accessDenied)
      #expect(Example.code(signed.setting("x-amz-date", undated)) == .accessDenied)
    }
  }

  static let scope = "20130524/us-east-1/s3/aws4_request"
  static let malformed: [(authorization: String, code: S3AuthenticationError.Code)] = [
    ("AWS4-HMAC-SHA256", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=k/\(scope)", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=k/\(scope),SignedHeaders=host", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=k/\(scope),SignedHeaders=,Signature=0", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=k/\(scope),SignedHeaders=a;;b,Signature=0", .authorizationHeaderMalformed),
    (
      "AWS4-HMAC-SHA256 Credential=k/\(scope),SignedHeaders=host,Signature=0,Signature=0", .authorizationHeaderMalformed
    ),
    ("AWS4-HMAC-SHA256 Credential=k/\(scope),SignedHeaders=host,Signature=0,More=0", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=/\(scope),SignedHeaders=host,Signature=0", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=\(scope),SignedHeaders=host,Signature=0", .authorizationHeaderMalformed),
    ("AWS4-HMAC-SHA256 Credential=k,SignedHeaders=host,Signature=0", .authorizationHeaderMalformed),
    (
      "AWS4-HMAC-SHA256 Credential=k/20130525/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=0",
      .authorizationHeaderMalformed
    ),
    (
      "AWS4-HMAC-SHA256 Credential=k/20130524/us-east-1/ec2/aws4_request,SignedHeaders=host,Signature=0",
      .authorizationHeaderMalformed
    ),
    (
      "AWS4-HMAC-SHA256 Credential=k/20130524/us-east-1/s3/aws5_request,SignedHeaders=host,Signature=0",
      .authorizationHeaderMalformed
    ),
    ("AWS4-ECDSA-P256-SHA256 Credential=k/20130524/s3/aws4_request,SignedHeaders=host,Signature=0", .notImplemented),
    ("AWS HAHAHA", .invalidArgument),
    ("AWS", .invalidArgument),
    ("AWS :sig", .invalidArgument),
    ("Bearer token", .invalidArgument),
    ("Basic dXNlcjpwYXNz", .invalidArgument),
  ]

  @Test(arguments: malformed) func aMalformedAuthorizationIsRefused(
    authorization: String, code: S3AuthenticationError.Code
  ) throws {
    #expect(try Example.code(Self.signed().setting("authorization", authorization)) == code)
  }

  @Test func accessKeysMayHaveSlashesAndRegionsAnyName() throws {
    let signed = try Self.signed()
    let authorization = try #require(signed.fields["authorization"])
    let other = authorization.split(separator: "us-east-1").joined(separator: "default")
    #expect(Example.code(signed.setting("authorization", other)) == .signatureDoesNotMatch)
    let slashed = authorization.split(separator: Example.accessKey, omittingEmptySubsequences: false)
      .joined(separator: "a/b")
    #expect(
      Example.code(signed.setting("authorization", slashed), secret: { $0 == "a/b" ? Example.secretKey : nil }) == nil)
  }

  /// Apache Libcloud's driver for MinIO signs with no region, which MinIO takes.
  @Test func regionMayBeEmpty() throws {
    let request = try Example.signed(
      "GET", "/bucket/key",
      [("host", "localhost:9000"), ("x-amz-content-sha256", Example.emptyHash)], region: "")
    guard case .authenticated(let authenticated) = try Example.outcome(request).get() else {
      Issue.record("anonymous")
      return
    }
    #expect(authenticated.region == "")
    #expect(request.fields["authorization"]?.contains("/20130524//s3/aws4_request") == true)
    #expect(Example.code(request, secret: { _ in "another" }) == .signatureDoesNotMatch)
  }

  @Test func aRequestWithoutASignatureIsAnonymous() throws {
    for fields in [Self.fields, Self.fields + [("authorization", "")]] {
      let outcome = try Example.outcome(Example.request("GET", "/bucket/key?acl", fields)).get()
      #expect(outcome.accessKey == nil)
    }
  }

  @Test func twoSignaturesAreOneTooMany() throws {
    let signed = try Self.signed()
    for query in ["X-Amz-Signature=0", "AWSAccessKeyId=k&Signature=0&Expires=1"] {
      let both = Example.request("PUT", "/bucket/key?\(query)", signed.fields.fields.map { ($0.name, $0.value) })
      #expect(Example.code(both) == .invalidArgument)
    }
    let twice = HeaderFields(
      signed.fields.fields.map { ($0.name, $0.value) } + [("Authorization", "AWS4-HMAC-SHA256 x")])
    #expect(
      Example.code(S3Request(method: "PUT", rawPath: signed.rawPath, rawQuery: signed.rawQuery, fields: twice))
        == .invalidArgument)
  }

  @Test(arguments: ["/%", "/%4", "/%gg", "/?a=%", "/?%zz"]) func malformedEscapesAreRefused(target: String) throws {
    let signed = try Self.signed()
    let request = Example.request("PUT", target, signed.fields.fields.map { ($0.name, $0.value) })
    #expect(Example.code(request) == .invalidURI)
  }

  @Test func theErrorShowsWhatWasSigned() throws {
    let error = try #require(Example.outcome(Self.signed(), secret: { _ in "wrong" }).error)
    let details = Dictionary(uniqueKeysWithValues: error.details.map { ($0.name, $0.value) })
    #expect(details["AWSAccessKeyId"] == Example.accessKey)
    #expect(details["StringToSign"]?.hasPrefix("AWS4-HMAC-SHA256\n20130524T000000Z\n\(Self.scope)\n") == true)
    #expect(details["CanonicalRequest"]?.hasPrefix("PUT\n/bucket/a%20key\nacl=&x=1\ncontent-type:text/plain\n") == true)
    #expect(details["SignatureProvided"] == nil)
  }

  @Test(arguments: [
    "cookie", "authorization-copy", "proxy-authorization", "x-amz-security-token", "x-vitrine-console", "x-real-ip",
    "x-amz-server-side-encryption-customer-key", "x-amz-copy-source-server-side-encryption-customer-key", "referer",
    "x-amz-mfa",
  ])
  func theErrorShowsNoSecret(_ name: String) throws {
    let request = try Example.signed(
      "GET", "/bucket/key?X-Amz-Security-Token=TOKEN-IN-QUERY",
      [("host", "h"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), (name, "THE-VALUE")])
    let error = try #require(Example.outcome(request, secret: { _ in "wrong" }).error)
    #expect(error.code == .signatureDoesNotMatch)
    let details = error.details.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
    #expect(details.contains("\n\(name):(not shown)\n"))
    #expect(!details.contains("THE-VALUE") && !details.contains("TOKEN-IN-QUERY"))
    // A hash over the value would do to guess a short one.
    #expect(!details.contains("StringToSign"))
  }
}
