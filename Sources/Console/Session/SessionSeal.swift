internal import Digests
internal import HTTPSemantics

/// Makes session cookies that nobody else can make, and reads them again. Nothing is stored: the code is an HMAC under
/// the service's secret, over what the session claims and over what its key is bound to, its secret among it. Whoever
/// changes, disables or removes the key ends its sessions.
struct SessionSeal: Sendable {
  private let key: [UInt8]

  /// - Parameter secret: the service's own, the same in every worker.
  init(secret: [UInt8]) {
    key = HMACSHA256.authenticate(key: secret, message: Array("console session".utf8))
  }

  /// The cookie's value: letters, digits, `-`, `_` and dots.
  func seal(_ session: ConsoleSession, binding: String) -> String {
    let claims = "\(Base64.url.encode(session.account.utf8)).\(session.expires).\(session.nonce).\(session.proofHash)"
    return "\(claims).\(code(claims[...], binding))"
  }

  /// Reads a cookie.
  /// - Parameters:
  ///   - now: the second since 1970.
  ///   - binding: what the sessions of an access key are bound to that is valid now, nil for any other.
  func open(
    _ text: String, now: Int64, binding: (String) -> String?
  ) throws(SessionFault) -> ConsoleSession {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 1_024, parts.count == 5, let name = Base64.url.decode(parts[0].utf8),
      let account = String(validating: name, as: UTF8.self), let expires = Int64(parts[1]), !parts[2].isEmpty,
      !parts[3].isEmpty
    else { throw .malformed }
    guard let binding = binding(account) else { throw .revoked }
    let claims = text[..<parts[3].endIndex]
    guard ConstantTime.equals(Array(parts[4].utf8), Array(code(claims, binding).utf8)) else { throw .forged }
    let session = ConsoleSession(
      account: account, expires: expires, nonce: String(parts[2]), proofHash: String(parts[3]))
    guard !session.isExpired(at: now) else { throw .expired }
    return session
  }

  private func code(_ claims: Substring, _ binding: String) -> String {
    // Of fixed length, so that nothing of the claims can pass for a part of the secret.
    let digest = SHA256.digest(of: Array(binding.utf8))
    return Base64.url.encode(HMACSHA256.authenticate(key: key, message: digest + Array(claims.utf8)))
  }
}
