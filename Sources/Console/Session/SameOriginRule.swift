internal import HTTPSemantics

/// Tells requests of the console's own pages from those that another site makes a browser send.
///
/// `SameSite` alone does not: to a browser, the other ports of a host are the same site.
enum SameOriginRule {
  /// The field that the console's pages send with whatever changes something. Forms cannot send it, and a script of
  /// another origin only after a preflight, which is not answered here. Its value is the session's proof once there is a
  /// session.
  static let field = "x-vitrine-console"

  /// Whether a request may be answered.
  /// - Parameter authority: host and port that the request was sent to.
  static func allows(_ method: HTTPMethod, _ fields: HeaderFields, authority: String) -> Bool {
    // Fetch Metadata: `none` is an address that somebody typed.
    if let site = fields["sec-fetch-site"], site != "same-origin", site != "none" { return false }
    if let origin = fields["origin"], !isOwn(origin, authority) { return false }
    if method == .get || method == .head { return true }
    return fields["sec-fetch-site"] != "none" && fields.contains(field)
  }

  /// The scheme is not compared: a proxy in front may be the one that has the certificate.
  private static func isOwn(_ origin: String, _ authority: String) -> Bool {
    for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
      return origin.dropFirst(scheme.count).lowercased() == authority.lowercased()
    }
    return false
  }
}
