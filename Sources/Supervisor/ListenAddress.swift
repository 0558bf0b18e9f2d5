/// Where the FastCGI socket listens: `unix:PATH` or `tcp:HOST:PORT`.
public enum ListenAddress: Equatable, Sendable {
  /// A unix socket at a path.
  case unix(path: String)
  /// A TCP socket.
  case tcp(host: String, port: UInt16)

  /// Reads the setting's text.
  /// - Returns: nil where it is neither of the two forms.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty else { return nil }
      self = .unix(path: path)
    } else if text.hasPrefix("tcp:") {
      let rest = text.dropFirst(4)
      guard let colon = rest.lastIndex(of: ":"), colon != rest.startIndex,
        let port = UInt16(rest[rest.index(after: colon)...]), port > 0
      else { return nil }
      self = .tcp(host: String(rest[..<colon]), port: port)
    } else {
      return nil
    }
  }

  /// The setting's text.
  public var text: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): "tcp:\(host):\(port)"
    }
  }
}
