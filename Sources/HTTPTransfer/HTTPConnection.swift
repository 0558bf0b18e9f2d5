internal import HTTPSemantics
internal import Posix

/// A connection to a server of HTTP/1.1, for a thread that may wait: one request after the other.
///
/// It is made by the first request. A later one that finds it closed makes another.
public struct HTTPConnection: ~Copyable {
  private let origin: HTTPOrigin
  private let seconds: Int
  private let trust: TrustedAuthorities
  private var easy: Easy

  /// - Parameter seconds: the time limit of the connect and of each wait after it.
  /// - Throws: where libcurl is not there.
  public init(to origin: HTTPOrigin, seconds: Int) throws(HTTPFailure) {
    // First: Swift 6.2.3 cannot compile a throw when some members have their values.
    let easy = try Easy(CurlLibrary.shared())
    self.origin = origin
    self.seconds = seconds
    trust = origin.isSecure ? .ofProcess() : TrustedAuthorities()
    self.easy = easy
  }

  /// Sends a request and waits for its response. A server that answers and closes before it has taken the whole body is
  /// heard all the same. Of a body that is only announced, what the server says to that is the response.
  public mutating func exchange(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    let collector = ResponseCollector(request)
    try easy.prepare(request.options(for: origin, seconds: seconds, trust: trust), collector)
    let outcome = easy.perform()
    if let failure = collector.failure { throw failure }
    if collector.isAskedForBody, let answer = collector.interim.last ?? collector.response { return answer }
    // libcurl takes the end of a connection within a head for the end of the head.
    guard let response = collector.response, !response.isInterim, collector.isHeadComplete else {
      throw outcome.failure ?? .cutShort
    }
    if let failure = outcome.failure, !collector.isEnough {
      // The answer came before the body had been sent.
      guard case .broken = failure, request.body != .none else { throw failure }
    }
    return response
  }

  /// Whether the latest request went over the connection of the one before it.
  public var isReused: Bool { easy.newConnections == 0 }

  /// The address of this end of the latest connection.
  public var localAddress: String? { easy.localAddress }

  /// Whole days until the server's certificate runs out, -1 where it is over or nothing is known; nil without TLS.
  public var certificateDaysLeft: Int? {
    guard origin.isSecure else { return nil }
    return CertificateExpiry.daysLeft(easy.certificateLines, now: Clock.now().seconds) ?? -1
  }

  /// The version of libcurl, such as `7.88.1`; nil where it is not there.
  public static var libraryVersion: String? {
    guard let library = try? CurlLibrary.shared() else { return nil }
    return library.version.split { $0 == "/" || $0 == " " }.dropFirst().first.map { String($0) }
  }
}
