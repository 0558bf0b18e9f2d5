internal import HTTPTransfer

/// One round of questions to a server, each on a connection of its own, and what came of them so far.
struct Inquiry {
  /// Seconds that each answer may take.
  private static let timeout = 30
  /// Seconds for the answer to an announced body: a server that knows no `Expect` never gives one.
  private static let shortTimeout = 5

  private let origin: HTTPOrigin
  private(set) var report = CheckReport()
  /// The address of this end of the latest connection.
  private(set) var localAddress: String?
  /// Days until the certificate of the latest connection runs out.
  private(set) var certificateDaysLeft: Int?

  init(_ origin: HTTPOrigin) {
    self.origin = origin
  }

  /// The answer; nil, and a finding, where there is none.
  mutating func ask(_ request: HTTPRequest) -> HTTPResponse? {
    var isAnnounced = false
    if case .announced = request.body { isAnnounced = true }
    do throws(HTTPFailure) {
      var connection = try HTTPConnection(to: origin, seconds: isAnnounced ? Self.shortTimeout : Self.timeout)
      let response = try connection.exchange(request)
      localAddress = connection.localAddress
      certificateDaysLeft = connection.certificateDaysLeft
      return response
    } catch .timedOut where isAnnounced {
      note("\(request.method) \(request.target) with a large body: no answer to its announcement")
      return nil
    } catch {
      let finding = FirstAnswer.finding(error)
      switch error {
      case .unavailable, .unknownHost, .notConnected, .untrusted, .noTLS: add([finding])
      default: add([Finding("\(request.method) \(request.target): \(finding.fault)", do: finding.remedy)])
      }
      return nil
    }
  }

  /// Asks for the same twice on one connection.
  mutating func askTwice(_ target: String) {
    let request = HTTPRequest("GET", target)
    do throws(HTTPFailure) {
      var connection = try HTTPConnection(to: origin, seconds: Self.timeout)
      _ = try connection.exchange(request)
      _ = try connection.exchange(request)
      if connection.isReused { return }
    } catch {
      // The same finding as that of a connection that is not kept.
    }
    add([
      Finding("a connection is good for one request only", do: "in nginx: keepalive_timeout 65s, not 0")
    ])
  }

  mutating func add(_ findings: [Finding]) {
    for finding in findings where !report.findings.contains(finding) { report.findings.append(finding) }
  }

  mutating func note(_ what: String) {
    report.notChecked.append(what)
  }
}
