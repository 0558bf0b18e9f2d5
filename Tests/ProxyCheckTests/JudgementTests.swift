import HTTPSemantics
import HTTPTransfer
import Posix
import ProxyCheck
import Testing

private let here = HTTPOrigin("http://pictures.example:8080")!

private func response(_ status: Int, _ fields: HeaderFields = [:], _ body: String = "") -> HTTPResponse {
  HTTPResponse(status: status, fields: fields, body: Array(body.utf8))
}

private func seen(
  scheme: String = "http", host: String = "pictures.example:8080", address: String = "203.0.113.9",
  length: String = "7",
  keeps: Bool = true
) throws -> SeenConnection {
  let body =
    #"{"scheme":"\#(scheme)","host":"\#(host)","address":"\#(address)","content_length":\#(length),"keep_connection":\#(keeps)}"#
  return try #require(SeenConnection(response(200, [:], body)))
}

@Suite struct ConnectionJudgementTests {
  @Test func soundConnectionHasNoFindings() throws {
    let sound = try seen()
    #expect(sound.linkFindings(asked: here, publicURL: nil).isEmpty)
    #expect(sound.addressFindings(ours: "203.0.113.9").isEmpty)
    #expect(sound.keepFindings.isEmpty)
    #expect(sound.bufferingFindings(sent: 7).isEmpty)
  }

  @Test func hostOrSchemeOfAnotherServerIsFound() throws {
    #expect(try seen(host: "pictures.example").linkFindings(asked: here, publicURL: nil).count == 1)
    #expect(try seen(scheme: "https").linkFindings(asked: here, publicURL: nil).count == 1)
    #expect(try seen(scheme: "https", host: "").linkFindings(asked: here, publicURL: nil).count == 2)
  }

  @Test func fixedAddressOfLinksStandsForThoseOfTheRequest() throws {
    let other = try seen(scheme: "http", host: "inner:80")
    #expect(other.linkFindings(asked: here, publicURL: "http://pictures.example:8080").isEmpty)
    #expect(other.linkFindings(asked: here, publicURL: "https://pictures.example").count == 1)
  }

  /// Somebody behind a router sees another address than the server does; somebody behind a proxy makes the server see a
  /// private one.
  @Test(arguments: [
    ("203.0.113.9", "192.168.1.5", false), ("127.0.0.1", "127.0.0.1", false), ("172.18.0.1", "127.0.0.1", true),
    ("127.0.0.1", "203.0.113.9", true), ("::1", "2001:db8::9", true), ("10.0.0.7", "10.0.0.7", false),
    ("172.32.0.1", "127.0.0.1", false), ("fd00::1", "2001:db8::9", true),
  ])
  func clientThatAProxyHidesIsFound(address: String, ours: String, isHidden: Bool) throws {
    #expect(try seen(address: address).addressFindings(ours: ours).isEmpty == !isHidden)
  }

  @Test func closedConnectionsAndUnbufferedBodiesAreFound() throws {
    #expect(try seen(keeps: false).keepFindings.count == 1)
    #expect(try seen(length: "null").bufferingFindings(sent: 7).count == 1)
  }

  @Test func whatIsNotVitrineIsHopeless() {
    for answer in [
      response(200, [:], "<html>"), response(404), response(502), response(308, ["Location": "https://a/"]),
      response(401),
    ] {
      guard case .hopeless = FirstAnswer(answer, asked: here) else {
        Issue.record("\(answer.status) is taken for Vitrine")
        continue
      }
    }
  }

  @Test(arguments: [
    HTTPFailure.unavailable("x"), .unknownHost("x"), .notConnected(.connectionRefused), .untrusted("x"), .noTLS("x"),
    .timedOut, .cutShort, .broken(.brokenPipe), .malformed, .outOfMemory, .other("x"),
  ])
  func everyFailureHasAFaultAndARemedy(failure: HTTPFailure) {
    let finding = FirstAnswer.finding(failure)
    #expect(!finding.fault.isEmpty && !finding.remedy.isEmpty)
  }
}

@Suite struct AnswerJudgementTests {
  private let limits = BodyLimits(picture: 5_242_880)

  @Test func limitsAreThoseOfTheShippedConfiguration() {
    #expect(limits.raw == 5_308_416)
    #expect(limits.form == 106_168_320)
  }

  @Test(arguments: [
    (415, #"{"code":"unsupported-format"}"#, 0), (401, #"{"code":"token-required"}"#, 0),
    (413, #"{"code":"too-large"}"#, 1), (413, "<html>", 1), (200, "", 1), (502, "", 1),
  ])
  func largestPictureMustReachTheProgram(status: Int, body: String, count: Int) {
    #expect(limits.findings(largest: response(status, [:], body)).count == count)
  }

  @Test(arguments: [
    (413, #"{"code":"too-large"}"#, 0), (413, "<html>", 1), (100, "", 1), (401, "", 0),
  ])
  func largerBodyMustBeRefusedInTheProgramsWords(status: Int, body: String, count: Int) {
    #expect(limits.findings(tooLarge: response(status, [:], body)).count == count)
  }

  @Test func formOfManyPicturesMustBeLetThrough() {
    #expect(limits.findings(form: response(100)).isEmpty)
    #expect(limits.findings(form: response(413)).count == 1)
  }

  @Test func partMustComeAlone() {
    let part = response(206, ["Content-Range": "bytes 0-3/9"], "abcd")
    #expect(DownloadJudgement.findings(range: part, of: "it", count: 4).isEmpty)
    #expect(DownloadJudgement.findings(range: part, of: "it", count: 5).count == 1)
    #expect(DownloadJudgement.findings(range: response(200, [:], "abcd"), of: "it", count: 4).count == 1)
  }

  @Test func archiveMustKeepItsHead() {
    let sound: HeaderFields = ["Content-Length": "9", "Accept-Ranges": "bytes", "ETag": "\"a\""]
    #expect(DownloadJudgement.findings(archiveHead: response(200, sound)).isEmpty)
    for (name, value) in [("ETag", "W/\"a\""), ("Content-Encoding", "gzip"), ("Accept-Ranges", "none")] {
      var worse = sound
      worse.set(name, value)
      #expect(DownloadJudgement.findings(archiveHead: response(200, worse)).count == 1, "\(name)")
    }
    #expect(DownloadJudgement.findings(archiveHead: response(403)).count == 1)
    #expect(DownloadJudgement.findings(archiveWithStaleCondition: response(206)).count == 1)
    #expect(DownloadJudgement.findings(archiveWithStaleCondition: response(200)).isEmpty)
  }

  @Test func protectingHeadersMustBeThere() throws {
    let page: HeaderFields = ["X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; x"]
    #expect(HeaderJudgement.findings(page: response(200, page), asked: here).isEmpty)
    let secure = try #require(HTTPOrigin("https://pictures.example"))
    #expect(HeaderJudgement.findings(page: response(200, page), asked: secure).count == 1)
    #expect(HeaderJudgement.findings(page: response(200), asked: here).count == 1)
    #expect(HeaderJudgement.findings(picture: response(206, page)).count == 1)
    #expect(HeaderJudgement.findings(server: response(200, ["Server": "nginx"])).isEmpty)
    #expect(HeaderJudgement.findings(server: response(200, ["Server": "nginx/1.22.1"])).count == 1)
    #expect(HeaderJudgement.findings(metrics: response(404)).isEmpty)
    #expect(HeaderJudgement.findings(metrics: response(200)).count == 1)
  }

  @Test(arguments: [(nil, 0), (90, 0), (14, 0), (13, 1), (0, 1), (-1, 1)] as [(Int?, Int)])
  func certificateMustLast(days: Int?, count: Int) {
    #expect(CertificateJudgement.findings(daysLeft: days).count == count)
  }

  @Test(arguments: [
    ("NoSuchBucket", 404, 0), ("SignatureDoesNotMatch", 403, 1), ("RequestTimeTooSkewed", 403, 1),
    ("InvalidAccessKeyId", 403, 1), ("InternalError", 500, 1),
  ])
  func signatureMustHold(code: String, status: Int, count: Int) {
    let body = "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><HostId>vitrine</HostId></Error>"
    #expect(ObjectStoreJudgement.findings(signed: response(status, [:], body)).count == count)
  }

  @Test func hostThatIsCalledAsABucketIsToldWithTheSetting() throws {
    let body = "<Error><Code>InvalidRequest</Code><Message>VITRINE_S3_DOMAIN is not set</Message></Error>"
    let findings = ObjectStoreJudgement.findings(signed: response(400, [:], body))
    #expect(findings.count == 1 && "\(findings)".contains("set VITRINE_S3_DOMAIN to this host"))
    let other = ObjectStoreJudgement.findings(signed: response(400, [:], "<Error><Code>InvalidRequest</Code></Error>"))
    #expect(other.count == 1 && !"\(other)".contains("VITRINE_S3_DOMAIN"))
  }

  @Test func objectStoreIsKnownByItsName() {
    let denied = "<Error><Code>AccessDenied</Code><HostId>vitrine</HostId></Error>"
    #expect(ObjectStoreJudgement.findings(anonymous: response(403, [:], denied)).isEmpty)
    #expect(ObjectStoreJudgement.findings(anonymous: response(200, ["x-amz-id-2": "vitrine"])).isEmpty)
    #expect(ObjectStoreJudgement.findings(anonymous: response(503, ["x-amz-id-2": "vitrine"])).count == 1)
    #expect(ObjectStoreJudgement.findings(anonymous: response(200, [:], "<html>")).count == 1)
    #expect(ObjectStoreJudgement.findings(anonymous: response(403, [:], "no")).count == 1)
    #expect(ObjectStoreJudgement.findings(large: response(100)).isEmpty)
    #expect(ObjectStoreJudgement.findings(large: response(413)).count == 1)
    #expect(ObjectStoreJudgement.errorCode(response(404, [:], "<Code>")) == "")
    #expect(ObjectStoreJudgement.errorCode(response(404, [:], "none")) == nil)
  }
}
