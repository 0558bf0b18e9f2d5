internal import HTTPSemantics
public import HTTPTransfer

/// What the program saw of a request, as `/api/connection` tells it.
public struct SeenConnection: Equatable, Sendable {
  /// `http` or `https`.
  public var scheme: String
  /// The field Host.
  public var host: String
  /// The client's address.
  public var address: String
  /// The body's length; nil where the web server could not tell.
  public var contentLength: Int64?
  /// Whether the web server keeps its connection to the program (`fastcgi_keep_conn`).
  public var keepsConnection: Bool

  /// Reads the answer; nil for an answer that Vitrine did not give.
  public init?(_ response: HTTPResponse) {
    guard response.status == 200, let json = response.json, let scheme = json["scheme"]?.stringValue,
      let host = json["host"]?.stringValue, let address = json["address"]?.stringValue,
      case .bool(let keeps)? = json["keep_connection"]
    else { return nil }
    self.scheme = scheme
    self.host = host
    self.address = address
    contentLength = json["content_length"]?.intValue
    keepsConnection = keeps
  }

  /// Whether links that the program makes from requests lead back to where they came from.
  /// - Parameter publicURL: the base of links that the settings have, if they have one.
  public func linkFindings(asked origin: HTTPOrigin, publicURL: String?) -> [Finding] {
    if let publicURL {
      guard HTTPOrigin(publicURL) != origin, HTTPOrigin(publicURL) != nil else { return [] }
      return [
        Finding(
          "links are handed out for \(publicURL), not for this address",
          do: "check that one, or change VITRINE_PUBLIC_URL")
      ]
    }
    var findings: [Finding] = []
    if host != origin.authority {
      findings.append(
        Finding(
          "the program sees the host \(host.isEmpty ? "(none)" : host) where \(origin.authority) was asked: its links lead there",
          do: "in nginx: fastcgi_param HTTP_HOST $http_host (not $host, which has no port); in a proxy before it: "
            + "proxy_set_header Host $http_host; or set VITRINE_PUBLIC_URL=\(origin)"))
    }
    if scheme != origin.scheme {
      findings.append(
        Finding(
          "the program sees \(scheme) where \(origin.scheme) was asked: its links start with the wrong one",
          do: "TLS ends before this nginx: set VITRINE_PUBLIC_URL=\(origin)"))
    }
    return findings
  }

  /// Whether the program sees who the client is.
  /// - Parameter ours: the address of this end of the connection.
  public func addressFindings(ours: String?) -> [Finding] {
    guard let ours, address != ours, NetworkAddress.isPrivate(address) else { return [] }
    let consequence =
      NetworkAddress.isLoopback(address)
      ? "visitors are exempt from all limits and may read /metrics" : "all visitors share the limits of one"
    return [
      Finding(
        "the program sees the client \(address) where \(ours) asked: a proxy stands between, and \(consequence)",
        do: "in nginx: set_real_ip_from \(address); real_ip_header X-Forwarded-For;")
    ]
  }

  /// Whether an answer that breaks off is seen as broken.
  public var keepFindings: [Finding] {
    guard !keepsConnection else { return [] }
    return [
      Finding(
        "nginx opens a connection to the program for each request: an archive that breaks off may look whole",
        do: "in nginx: fastcgi_keep_conn on, and keepalive in the upstream, as nginx/fastcgi-parameters.conf has it")
    ]
  }

  /// Whether nginx took the body, which came without a length, before it passed the request on.
  /// - Parameter sent: bytes of the body.
  public func bufferingFindings(sent: Int64) -> [Finding] {
    guard contentLength != sent else { return [] }
    return [
      Finding(
        "request bodies are passed on while they come: each slow sender holds a connection of the program",
        do: "in nginx: fastcgi_request_buffering on, as nginx/fastcgi-vitrine.conf has it")
    ]
  }
}
