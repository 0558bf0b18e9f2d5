/// The cookie that carries a session (RFC 6265): scripts cannot read it, and no other site can have it sent.
enum SessionCookie {
  /// Where it is sent. Browsers share cookies among the ports of a host, so that the path is one that nginx answers only
  /// on the console's port, and under which nothing can be put: `-` is no bucket's name. That rules out the prefix
  /// `__Host-`, which wants `/`.
  static let path = "/-/console"

  /// Its name. The prefix makes browsers refuse one that was not set over TLS.
  static func name(isSecure: Bool) -> String { isSecure ? "__Secure-vitrine-console" : "vitrine-console" }

  /// The value of `Set-Cookie` that begins a session.
  static func set(_ value: String, lifetime: Int64, isSecure: Bool) -> String {
    "\(name(isSecure: isSecure))=\(value); Path=\(path); Max-Age=\(lifetime); HttpOnly; SameSite=Strict"
      + (isSecure ? "; Secure" : "")
  }

  /// The value of `Set-Cookie` that ends it.
  static func clear(isSecure: Bool) -> String { set("", lifetime: 0, isSecure: isSecure) }
}
