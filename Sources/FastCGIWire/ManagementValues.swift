internal import CFastCGI

/// What the application says of itself (section 4.1).
enum ManagementValues {
  /// The most connections and requests of one worker that a web server should count on.
  static let maximumConnections = 16_384

  static let all: [(name: String, value: String)] = [
    (FCGI_MAX_CONNS, String(maximumConnections)),
    (FCGI_MAX_REQS, String(maximumConnections)),
    (FCGI_MPXS_CONNS, "0"),
  ]
}
