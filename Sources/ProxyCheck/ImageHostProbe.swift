internal import HTTPSemantics
public import HTTPTransfer

/// Asks the image host and the archives through the web server what becomes of requests on the way. Nothing is stored;
/// app.log gains a line for the upload that is refused.
public struct ImageHostProbe: Sendable {
  /// What the settings say of the server.
  public struct Expectation: Sendable {
    /// The largest picture, in bytes.
    public var maxUpload: UInt64
    /// What an upload needs, if it needs anything.
    public var uploadToken: String?
    /// The base of links, if it is fixed.
    public var publicURL: String?
    /// A folder that there should be an archive of, if there is one.
    public var archive: String?

    /// Expectations.
    public init(maxUpload: UInt64, uploadToken: String?, publicURL: String?, archive: String?) {
      self.maxUpload = maxUpload
      self.uploadToken = uploadToken
      self.publicURL = publicURL
      self.archive = archive
    }
  }

  /// Larger bodies are only announced.
  private static let sentAtMost: UInt64 = 64 << 20

  private let origin: HTTPOrigin
  private let expected: Expectation

  /// A probe of the server at `origin`.
  public init(_ origin: HTTPOrigin, _ expected: Expectation) {
    self.origin = origin
    self.expected = expected
  }

  /// Asks all there is to ask; for a thread that may wait.
  public func run() -> CheckReport {
    var inquiry = Inquiry(origin)
    guard let first = inquiry.ask(HTTPRequest("GET", "/api/connection")) else { return inquiry.report }
    switch FirstAnswer(first, asked: origin) {
    case .hopeless(let finding):
      guard let onlyArchives = askForArchiveSite(&inquiry) else { return inquiry.report }
      inquiry.add(onlyArchives ? [] : [finding])
    case .vitrine(let seen):
      inquiry.add(seen.linkFindings(asked: origin, publicURL: expected.publicURL))
      inquiry.add(seen.addressFindings(ours: inquiry.localAddress))
      inquiry.add(seen.keepFindings)
      inquiry.add(CertificateJudgement.findings(daysLeft: inquiry.certificateDaysLeft))
      inquiry.add(HeaderJudgement.findings(server: first))
      askForConnections(&inquiry)
      askForPages(&inquiry, isLocal: NetworkAddress.isLoopback(seen.address))
      askForLimits(&inquiry)
      askForPictures(&inquiry)
      askForArchives(&inquiry)
    }
    return inquiry.report
  }

  /// Where the image host is not: perhaps the site of somebody else offers the archives.
  /// - Returns: whether it does; nil where it does not answer any more, or does not reach the program.
  private func askForArchiveSite(_ inquiry: inout Inquiry) -> Bool? {
    guard let answer = inquiry.ask(HTTPRequest("GET", Self.noArchive)) else { return nil }
    switch ArchiveSiteJudgement(answer, asked: origin) {
    case .otherSite: return false
    case .unreached(let finding):
      inquiry.add([finding])
      return nil
    case .archives:
      inquiry.note("pictures, uploads and pages: only the archives are served there")
      inquiry.add(CertificateJudgement.findings(daysLeft: inquiry.certificateDaysLeft))
      askForArchives(&inquiry)
      return true
    }
  }

  /// The archive of a folder that is not there.
  private static let noArchive = "/archive/-vitrine-check-/"

  private func askForConnections(_ inquiry: inout Inquiry) {
    inquiry.askTwice("/api/connection")
    let body = Array("vitrine".utf8)
    if let answer = inquiry.ask(HTTPRequest("POST", "/api/connection", body: .chunked(body))),
      let seen = SeenConnection(answer)
    {
      inquiry.add(seen.bufferingFindings(sent: Int64(body.count)))
    }
  }

  private func askForPages(_ inquiry: inout Inquiry, isLocal: Bool) {
    if let page = inquiry.ask(HTTPRequest("GET", "/", ["Accept": "text/html"])) {
      inquiry.add(HeaderJudgement.findings(page: page, asked: origin))
    }
    if let asset = inquiry.ask(HTTPRequest("GET", "/assets/favicon.svg", Self.firstBytes(8), bodyLimit: 64)) {
      inquiry.add(DownloadJudgement.findings(range: asset, of: "a file of the pages", count: 8))
    }
    if !isLocal, let metrics = inquiry.ask(HTTPRequest("GET", "/metrics")) {
      inquiry.add(HeaderJudgement.findings(metrics: metrics))
    }
  }

  private func askForLimits(_ inquiry: inout Inquiry) {
    let limits = BodyLimits(picture: expected.maxUpload)
    var fields: HeaderFields = [:]
    if let token = expected.uploadToken { fields.append("Authorization", "Bearer \(token)") }
    if limits.picture <= Self.sentAtMost {
      let largest = HTTPRequest("PUT", "/api/upload/vitrine-check.txt", fields, body: .zeros(limits.picture))
      if let answer = inquiry.ask(largest) { inquiry.add(limits.findings(largest: answer)) }
    } else {
      inquiry.note("a body of \(limits.picture) bytes, which is a lot to send")
    }
    let tooLarge = HTTPRequest(
      "PUT", "/api/upload/vitrine-check.txt", fields, body: .announced(limits.raw + 1))
    if let answer = inquiry.ask(tooLarge) { inquiry.add(limits.findings(tooLarge: answer)) }
    fields.append("Content-Type", "multipart/form-data; boundary=vitrine-check")
    let form = HTTPRequest("POST", "/api/upload", fields, body: .announced(limits.form))
    if let answer = inquiry.ask(form) { inquiry.add(limits.findings(form: answer)) }
  }

  private func askForPictures(_ inquiry: inout Inquiry) {
    guard let list = inquiry.ask(HTTPRequest("GET", "/api/images?limit=1")) else { return }
    guard let name = list.json?["images"]?.arrayValue?.first?["name"]?.stringValue else {
      inquiry.note("downloads of pictures, since there is none yet")
      return
    }
    let path = "/images/" + PercentEncoding.encode(name.utf8, allowing: PercentEncoding.unreserved)
    if let picture = inquiry.ask(HTTPRequest("GET", path, Self.firstBytes(4), bodyLimit: 64)) {
      inquiry.add(DownloadJudgement.findings(range: picture, of: "a picture", count: 4))
      inquiry.add(HeaderJudgement.findings(picture: picture))
    }
  }

  private func askForArchives(_ inquiry: inout Inquiry) {
    if let none = inquiry.ask(HTTPRequest("GET", Self.noArchive)) {
      inquiry.add(DownloadJudgement.findings(noArchive: none))
    }
    guard let archive = expected.archive else {
      inquiry.note("downloads of archives, since there is no folder in PHOTOS_DIR")
      return
    }
    let path = "/archive/\(archive)/"
    guard let head = inquiry.ask(HTTPRequest("HEAD", path, ["Accept-Encoding": "gzip"])) else { return }
    guard head.status != 404 else {
      return inquiry.add([
        Finding(
          "\(path) answers 404, although PHOTOS_DIR has that folder here",
          do: "include archive.conf in the server block, and see that the service has this PHOTOS_DIR")
      ])
    }
    inquiry.add(DownloadJudgement.findings(archiveHead: head))
    if let part = inquiry.ask(HTTPRequest("GET", path, Self.firstBytes(4), bodyLimit: 4)) {
      inquiry.add(DownloadJudgement.findings(range: part, of: "an archive", count: 4))
    }
    var stale = Self.firstBytes(4)
    stale.append("If-Range", "\"vitrine-check\"")
    if let answer = inquiry.ask(HTTPRequest("GET", path, stale, bodyLimit: 4)) {
      inquiry.add(DownloadJudgement.findings(archiveWithStaleCondition: answer))
    }
  }

  /// The fields of a request for the first bytes, by a client that would take them compressed.
  private static func firstBytes(_ count: Int) -> HeaderFields {
    ["Range": "bytes=0-\(count - 1)", "Accept-Encoding": "gzip"]
  }
}
