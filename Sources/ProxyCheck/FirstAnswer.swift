internal import HTTPSemantics
public import HTTPTransfer

/// What the first answer of a server says of it.
public enum FirstAnswer: Equatable, Sendable {
  /// Vitrine is there.
  case vitrine(SeenConnection)
  /// Nothing else need be asked.
  case hopeless(Finding)

  /// Judges the answer to `GET /api/connection`.
  public init(_ response: HTTPResponse, asked origin: HTTPOrigin) {
    if let seen = SeenConnection(response) {
      self = .vitrine(seen)
      return
    }
    switch response.status {
    case 301, 302, 303, 307, 308:
      let target = response.fields["Location"] ?? "another address"
      self = .hopeless(Finding("it leads to \(target)", do: "check that one: vitrine check --url"))
    case 502, 503, 504:
      self = .hopeless(
        Finding(
          "nginx answers \(response.status): it does not reach the program",
          do:
            "see whether vitrine runs (systemctl status vitrine), whether nginx has its socket (vitrine-site --parts) "
            + "and may open it, and what nginx's error log says"))
    case 401, 403:
      self = .hopeless(
        Finding(
          "the web server answers \(response.status) by itself",
          do: "let requests through without a password, or check the address behind it"))
    default:
      self = .hopeless(
        Finding(
          "/api/connection answers \(response.status): this is no Vitrine, or not all of its routes lead there",
          do: "see that the server block of \(origin.authority) includes image-host.conf; nginx -T shows it"))
    }
  }

  /// Judges that there is no answer.
  public static func finding(_ failure: HTTPFailure) -> Finding {
    switch failure {
    case .unavailable(let reason):
      Finding(
        "the web server cannot be asked without libcurl: \(reason)",
        do: "install it: apt-get install libcurl4 (Debian 13: libcurl4t64)")
    case .unknownHost(let reason):
      Finding("the name has no address: \(reason)", do: "see to its record in the DNS, or to /etc/hosts")
    case .notConnected(let errno):
      Finding("no connection: \(errno)", do: "see whether nginx runs, listens there, and the firewall lets it")
    case .untrusted(let reason):
      Finding(
        "the certificate does not hold: \(reason)",
        do: "get one for this name, give nginx its whole chain (fullchain.pem), and install ca-certificates here")
    case .noTLS(let reason):
      Finding("no TLS is spoken there: \(reason)", do: "see that nginx has `listen … ssl` on this port")
    case .timedOut, .overdue:
      Finding("no answer in time", do: "see what nginx's error log and vitrine's log say")
    case .cutShort:
      Finding("the connection was cut before an answer came", do: "see what nginx's error log says")
    case .broken(let errno): Finding("the connection broke: \(errno)", do: "see what nginx's error log says")
    case .malformed: Finding("what answers there speaks no HTTP/1.1", do: "see what listens on this port")
    case .outOfMemory: Finding("no memory for a request", do: "try again")
    case .cancelled: Finding("the request was given up", do: "try again")
    case .other(let reason): Finding("the request failed: \(reason)", do: "see what nginx's error log says")
    }
  }
}
