import HTTPSemantics
import S3Documents
import Testing

@Suite struct CORSTests {
  private func configuration(_ rules: String) throws -> CORSConfiguration {
    try CORSConfiguration(document: [UInt8]("<CORSConfiguration \(s3Namespace)>\(rules)</CORSConfiguration>"))
  }

  private func rule(_ method: String, _ origin: String, _ rest: String = "") -> String {
    "<CORSRule><AllowedOrigin>\(origin)</AllowedOrigin><AllowedMethod>\(method)</AllowedMethod>\(rest)</CORSRule>"
  }

  @Test func documentsAreRead() throws {
    let rules =
      "<CORSRule><ID>r</ID><AllowedOrigin>*.x</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
      + "<AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>"
      + "<MaxAgeSeconds>3</MaxAgeSeconds></CORSRule>" + rule("HEAD", "http://a")
    let read = try configuration(rules).rules
    #expect(read.map(\.id) == ["r", nil])
    #expect(read.map(\.allowedOrigins) == [["*.x"], ["http://a"]])
    #expect(read.map(\.allowedMethods) == [[.get, .put], [.head]])
    #expect(read.map(\.allowedHeaders) == [["*"], []])
    #expect(read.map(\.exposedHeaders) == [["ETag"], []])
    #expect(read.map(\.maxAge) == [3, nil])
  }

  @Test(arguments: [
    ("", "MalformedXML"),
    ("<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>", "MalformedXML"),
    ("<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>", "MalformedXML"),
    (
      String(
        repeating: "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>", count: 101
      ), "MalformedXML"
    ),
    ("<CORSRule><AllowedOrigin>*a*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>", "InvalidRequest"),
    ("<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod></CORSRule>", "InvalidRequest"),
    ("<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>get</AllowedMethod></CORSRule>", "InvalidRequest"),
    (
      "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
        + "<AllowedHeader>x-*-*</AllowedHeader></CORSRule>", "InvalidRequest"
    ),
    (
      "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
        + "<ExposeHeader>x-*</ExposeHeader></CORSRule>", "InvalidRequest"
    ),
    (
      "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
        + "<MaxAgeSeconds>soon</MaxAgeSeconds></CORSRule>", "MalformedXML"
    ),
  ])
  func rulesThatMakeNoSenseAreRefused(rules: String, code: String) {
    #expect(#expect(throws: S3Error.self) { try configuration(rules) }?.code == code)
  }

  @Test(
    arguments: [
      ("foo.suffix", "GET", "foo.suffix", "GET"), ("foo.bar", "GET", nil, nil), ("foo.suffix.get", "GET", nil, nil),
      ("startend", "GET", "startend", "GET"), ("start1end", "GET", "start1end", "GET"),
      ("start12end", "GET", "start12end", "GET"), ("0start12end", "GET", nil, nil), ("prefix", "GET", "prefix", "GET"),
      ("prefix.suffix", "GET", "prefix.suffix", "GET"), ("bla.prefix", "GET", nil, nil),
      ("foo.suffix", "PUT", nil, nil), ("foo.put", "PUT", "foo.put", "PUT"), ("starend", "GET", nil, nil),
      ("Foo.Suffix", "GET", nil, nil), ("foo.suffix", "HEAD", nil, nil),
    ] as [(String, String, String?, String?)])
  func theFirstRuleThatFitsAnswers(origin: String, method: String, allowed: String?, methods: String?) throws {
    let configuration = try configuration(
      rule("GET", "*suffix") + rule("GET", "start*end") + rule("GET", "prefix*") + rule("PUT", "*.put"))
    let answer = configuration.answer(to: ["Origin": origin], method: HTTPMethod(rawValue: method))
    #expect(answer["Access-Control-Allow-Origin"] == allowed)
    #expect(answer["Access-Control-Allow-Methods"] == methods)
    if allowed != nil {
      #expect(answer["Vary"] == "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
      #expect(answer["Access-Control-Allow-Credentials"] == "true")
      let preflight = try CORSConfiguration.preflight(
        configuration, ["Origin": origin, "Access-Control-Request-Method": method], resourceType: "OBJECT")
      #expect(preflight == answer)
    } else {
      #expect(answer == HeaderFields())
      #expect(throws: S3Error.accessForbidden(method: method, resourceType: "OBJECT")) {
        try CORSConfiguration.preflight(
          configuration, ["Origin": origin, "Access-Control-Request-Method": method], resourceType: "OBJECT")
      }
    }
  }

  @Test func requestWithoutOriginGetsNothing() throws {
    #expect(try configuration(rule("GET", "*")).answer(to: [:], method: .get) == HeaderFields())
  }

  @Test func requestedMethodGoesBeforeTheRequestsOwn() throws {
    let answer = try configuration(rule("GET", "*.x")).answer(
      to: ["Origin": "a.x", "Access-Control-Request-Method": "GET"], method: .put)
    #expect(answer["Access-Control-Allow-Methods"] == "GET")
  }

  @Test func ruleForEveryOriginTakesNoCredentials() throws {
    let answer = try configuration(
      rule(
        "GET", "*",
        "<ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-amz-id</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds>")
    ).answer(to: ["Origin": "http://a"], method: .get)
    #expect(answer["Access-Control-Allow-Origin"] == "*")
    #expect(answer["Access-Control-Allow-Credentials"] == nil)
    #expect(answer["Access-Control-Expose-Headers"] == "ETag, x-amz-id")
    #expect(answer["Access-Control-Max-Age"] == "60")
  }

  @Test(
    arguments: [
      ("<AllowedHeader>*</AllowedHeader>", "X-Amz-Date, content-type", "x-amz-date, content-type"),
      ("<AllowedHeader>x-amz-*</AllowedHeader>", "X-AMZ-Meta-A", "x-amz-meta-a"),
      ("<AllowedHeader>x-amz-*</AllowedHeader>", "x-amz-date,content-type", nil),
      ("<AllowedHeader>Content-Type</AllowedHeader>", "content-type", "content-type"),
      ("", "x-amz-date", nil),
    ] as [(String, String, String?)])
  func requestedFieldsMustBeAllowed(headers: String, requested: String, allowed: String?) throws {
    let configuration = try configuration(rule("PUT", "*", headers))
    let answer = try? CORSConfiguration.preflight(
      configuration,
      ["Origin": "a", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": requested],
      resourceType: "BUCKET")
    #expect(answer?["Access-Control-Allow-Headers"] == allowed)
  }

  @Test(
    arguments: [
      ([:], "BadRequest", 400),
      (["Origin": "a"], "BadRequest", 400),
      (["Origin": "a", "Access-Control-Request-Method": "GET"], "AccessForbidden", 403),
    ] as [(HeaderFields, String, Int)])
  func bucketWithoutConfigurationAllowsNothing(headers: HeaderFields, code: String, status: Int) {
    let error = #expect(throws: S3Error.self) {
      try CORSConfiguration.preflight(nil, headers, resourceType: "OBJECT")
    }
    #expect(error?.code == code)
    #expect(error?.status.code == status)
  }
}
