import Posix
import Testing

@testable import HTTPTransfer

@Suite struct TransferOutcomeTests {
  /// What libcurl's numbers stand for.
  private enum Code: UInt32 {
    case none = 0
    case connecting = 7
    case time = 28
    case handshake = 35
    case redirections = 47
    case sending = 55
    case receiving = 56
    case certificate = 60
  }

  private func failure(
    _ code: Code, _ text: String = "", systemError: Int32 = 0, isConnected: Bool = true
  ) -> HTTPFailure? {
    TransferOutcome(code: code.rawValue, text: text, systemError: systemError, isConnected: isConnected).failure
  }

  @Test func reasonsAreThoseOfOpenSSL() {
    #expect(
      failure(.certificate, "SSL certificate problem: self-signed certificate")
        == .untrusted("self-signed certificate"))
    #expect(
      failure(.handshake, "error:0A00010B:SSL routines::wrong version number")
        == .noTLS("wrong version number"))
    #expect(failure(.certificate, "no match") == .untrusted("no match"))
  }

  @Test(
    arguments: [
      "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to host:443",
      "OpenSSL SSL_connect: Connection reset by peer in connection to host:443",
      "OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0",
    ])
  func connectionThatIsCutIsNoFaultOfTLS(text: String) {
    #expect(failure(.handshake, text) == .cutShort)
    #expect(failure(.receiving, text) == .cutShort)
  }

  @Test func timeThatRunsOutBelongsToItsPhase() {
    #expect(failure(.time, isConnected: false) == .notConnected(.timedOut))
    #expect(failure(.time) == .timedOut)
  }

  @Test func errorsOfTheSystemAreKept() {
    #expect(failure(.connecting, systemError: 111) == .notConnected(.connectionRefused))
    #expect(failure(.connecting) == .notConnected(.timedOut))
    #expect(failure(.sending, systemError: 32) == .broken(.brokenPipe))
    #expect(failure(.receiving, systemError: 104) == .cutShort)
    #expect(failure(.receiving) == .malformed)
    #expect(failure(.none) == nil)
    #expect(failure(.redirections, "words") == .other("words"))
  }

  @Test func libraryThatIsMissingIsTold() {
    do throws(HTTPFailure) {
      _ = try CurlLibrary(fileName: "libcurl-that-is-not-there.so")
      Issue.record("it is there")
    } catch {
      guard case .unavailable(let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(reason.contains("libcurl-that-is-not-there.so"))
    }
  }

  @Test func libraryWithoutTheFunctionsIsTold() {
    #expect(throws: HTTPFailure.unavailable("curl_global_init")) { try CurlLibrary(fileName: "libz.so.1") }
  }
}

@Suite struct CertificateExpiryTests {
  /// 2027-03-01 12:00:00 UTC.
  private static let expiry: Int64 = 1_803_902_400

  @Test(arguments: ["Mar  1 12:00:00 2027 GMT", "2027-03-01 12:00:00 GMT"])
  func daysAreWholeOnes(date: String) {
    let lines = ["Subject:CN = a", "Expire date:\(date)", "Expire date:Jan  1 00:00:00 1999 GMT"]
    #expect(CertificateExpiry.daysLeft(lines, now: Self.expiry) == 0)
    #expect(CertificateExpiry.daysLeft(lines, now: Self.expiry - 86_399) == 0)
    #expect(CertificateExpiry.daysLeft(lines, now: Self.expiry - 14 * 86_400) == 14)
    #expect(CertificateExpiry.daysLeft(lines, now: Self.expiry + 1) == -1)
  }

  @Test(arguments: [[], ["Expire date:"], ["Expire date:soon GMT"], ["Expire date:Mar  1 12:00:00 2027"], ["Expire:x"]])
  func whatIsNoDateTellsNothing(lines: [String]) {
    #expect(CertificateExpiry.daysLeft(lines, now: 0) == nil)
  }
}

@Suite struct TrustedAuthoritiesTests {
  private func trust(_ environment: [String: String], existing: Set<String>) -> TrustedAuthorities {
    TrustedAuthorities(
      environment: { environment[$0] }, hasCertificates: existing.contains, isFolder: existing.contains)
  }

  private static let usual: Set<String> = ["/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs"]

  @Test func usualPlacesAreThoseOfThePackage() {
    let trust = trust([:], existing: Self.usual)
    #expect(trust.file == "/etc/ssl/certs/ca-certificates.crt" && trust.folder == "/etc/ssl/certs")
    #expect(self.trust([:], existing: []) == TrustedAuthorities())
  }

  @Test func environmentNamesOthers() {
    let environment = ["SSL_CERT_FILE": "/a.pem", "SSL_CERT_DIR": "/b"]
    let named = trust(environment, existing: Self.usual.union(["/a.pem", "/b"]))
    #expect(named.file == "/a.pem" && named.folder == "/b")
    // One that has none does not make the usual ones count.
    #expect(trust(environment, existing: Self.usual) == TrustedAuthorities())
  }
}
