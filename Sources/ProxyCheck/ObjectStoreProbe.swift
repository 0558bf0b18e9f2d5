internal import HTTPSemantics
public import HTTPTransfer

/// Asks the object store through the web server what becomes of requests on the way. Nothing is stored.
public struct ObjectStoreProbe: Sendable {
  private static let largeObject: UInt64 = 5 << 30

  private let origin: HTTPOrigin
  private let signedTarget: String?

  /// - Parameter signedTarget: path and query, presigned, of an object in a bucket that there cannot be; nil without
  ///   keys.
  public init(_ origin: HTTPOrigin, signedTarget: String?) {
    self.origin = origin
    self.signedTarget = signedTarget
  }

  /// Asks all there is to ask; for a thread that may wait.
  public func run() -> CheckReport {
    var inquiry = Inquiry(origin)
    guard let anonymous = inquiry.ask(HTTPRequest("GET", "/")) else { return inquiry.report }
    let findings = ObjectStoreJudgement.findings(anonymous: anonymous)
    inquiry.add(findings)
    guard findings.isEmpty else { return inquiry.report }
    inquiry.add(CertificateJudgement.findings(daysLeft: inquiry.certificateDaysLeft))
    inquiry.add(HeaderJudgement.findings(server: anonymous))
    if let signedTarget {
      if let signed = inquiry.ask(HTTPRequest("GET", signedTarget)) {
        inquiry.add(ObjectStoreJudgement.findings(signed: signed))
      }
    } else {
      inquiry.note("signatures, since there is no root key in the settings")
    }
    let large = HTTPRequest("PUT", "/vitrine-check/large", body: .announced(Self.largeObject))
    if let answer = inquiry.ask(large) { inquiry.add(ObjectStoreJudgement.findings(large: answer)) }
    return inquiry.report
  }
}
