import FastCGIFixture
import FastCGIWire
import HTTPSemantics
import Journal
import Testing

@testable import WebService

struct WebRequestTests {
  private func request(
    _ parameters: KeyValuePairs<String, String>, default language: ActivityLanguage = .english
  ) throws -> WebRequest {
    try WebRequest(try #require(ParameterList(WireBytes.pairs(parameters))), defaultLanguage: language)
  }

  @Test func whatIsMissingHasADefault() throws {
    let bare = try request([:])
    #expect(bare.method == .get && bare.target.segments == [[]] && bare.fields.fields.isEmpty)
    #expect(bare.clientAddress == "-" && bare.identifier == "-" && bare.contentLength == nil)
    #expect(bare.origin == "http://localhost" && !bare.prefersHTML && bare.bearerToken == nil)
  }

  @Test func fieldsAreThoseOfTheClient() throws {
    let request = try request([
      "HTTP_X_ODD_NAME": "1", "CONTENT_TYPE": "image/png", "CONTENT_LENGTH": "12", "REMOTE_ADDR": "192.0.2.7",
      "REQUEST_ID": "abc", "SERVER_PROTOCOL": "HTTP/1.1",
    ])
    #expect(request.fields["x-odd-name"] == "1" && request.fields["content-type"] == "image/png")
    #expect(request.fields["server-protocol"] == nil && request.contentLength == 12)
    #expect(request.clientAddress == "192.0.2.7" && request.identifier == "abc")
  }

  @Test func fieldOfOneValueStandsOnce() {
    #expect(throws: Problem(.malformedRequest, .repeated(name: "authorization"))) {
      try request(["HTTP_AUTHORIZATION": "Bearer a", "HTTP_ACCEPT": "*/*", "HTTP_AUTHORIZATION": "Bearer b"])
    }
    #expect(throws: Never.self) { try request(["HTTP_ACCEPT": "*/*", "HTTP_ACCEPT": "text/html"]) }
  }

  @Test(arguments: ["", "-1", "1x", "99999999999999999999", "1,2"])
  func lengthThatIsNoneIsNone(text: String) throws {
    #expect(try request(["CONTENT_LENGTH": text]).contentLength == nil)
  }

  @Test(arguments: ["/%", "/%zz", "/a?b=%4", "nonsense"])
  func malformedTargetIsRefused(target: String) {
    #expect(throws: Problem(.malformedRequest, .malformedEscape)) {
      try request(["REQUEST_URI": target])
    }
  }

  // MARK: Links

  @Test(arguments: [
    ("pictures.example", "pictures.example"), ("10.0.0.1:8080", "10.0.0.1:8080"),
    ("[2001:db8::1]:80", "[2001:db8::1]:80"),
    ("", "localhost"), ("a b", "localhost"), ("a\"><script>", "localhost"), ("a/b", "localhost"), ("a@b", "localhost"),
    ("пример", "localhost"), ("a\r\nX: y", "localhost"), (String(repeating: "x", count: 256), "localhost"),
    (String(repeating: "x", count: 255), String(repeating: "x", count: 255)),
  ])
  func hostGetsIntoLinksOnlyIfItCouldBeOne(host: String, authority: String) throws {
    #expect(try request(["HTTP_HOST": host]).origin == "http://" + authority)
  }

  @Test func schemeIsTheWebServers() throws {
    #expect(try request(["HTTP_HOST": "h", "REQUEST_SCHEME": "https"]).origin == "https://h")
    #expect(try request(["HTTP_HOST": "h", "HTTPS": "on"]).origin == "https://h")
    #expect(
      try request(["HTTP_HOST": "h", "REQUEST_SCHEME": "http", "HTTP_X_FORWARDED_PROTO": "https"]).origin == "http://h")
  }

  // MARK: Negotiation

  @Test(
    arguments: [
      (nil, nil, ActivityLanguage.spanish), (nil, "ru", .russian), (nil, "de, ru;q=0.5, en;q=0.4", .russian),
      (nil, "fr", .spanish), (nil, "en-GB", .english), ("lang=en", "ru", .english), ("a=b; lang=ru", "en", .russian),
      ("lang=de", "ru", .russian), ("lang=", "ru", .russian), ("xlang=en", "ru", .russian), ("lang=EN", "ru", .russian),
      ("lang", nil, .spanish), (";;=;", nil, .spanish), (nil, "ru;q=0, *", .spanish),
    ] as [(String?, String?, ActivityLanguage)])
  func languageIsTheCookiesThenTheClientsThenTheServices(
    cookie: String?, accept: String?, language: ActivityLanguage
  ) throws {
    var bytes: [UInt8] = []
    if let cookie { bytes += WireBytes.pairs(["HTTP_COOKIE": cookie]) }
    if let accept { bytes += WireBytes.pairs(["HTTP_ACCEPT_LANGUAGE": accept]) }
    let request = try WebRequest(try #require(ParameterList(bytes)), defaultLanguage: .spanish)
    #expect(request.language == language)
  }

  @Test func pagesAreForThoseWhoNameThem() throws {
    #expect(try request(["HTTP_ACCEPT": "text/html,*/*;q=0.8"]).prefersHTML)
    #expect(try !request(["HTTP_ACCEPT": "*/*"]).prefersHTML)
    #expect(try !request(["HTTP_ACCEPT": "application/json, text/html;q=0.9"]).prefersHTML)
  }

  @Test func cookiesAreFoundByTheirWholeName() throws {
    let request = try request(["HTTP_COOKIE": "ab=1; a=2=3;  c=\"x\"; a=4"])
    #expect(request.cookie("a") == "2=3" && request.cookie("ab") == "1" && request.cookie("c") == "\"x\"")
    #expect(request.cookie("b") == nil && request.cookie("") == nil)
  }

  @Test(
    arguments: [
      ("Bearer abc", "abc"), ("bearer  abc", "abc"), ("BEARER a b", "a b"), ("Bearer ", nil), ("Bearer", nil),
      ("Basic abc", nil), ("", nil), ("Bearerabc", nil),
    ] as [(String, String?)])
  func tokenIsTheBearers(field: String, token: String?) throws {
    #expect(try request(["HTTP_AUTHORIZATION": field]).bearerToken == token)
  }
}
