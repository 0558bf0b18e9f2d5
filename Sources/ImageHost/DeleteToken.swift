internal import Digests
internal import HTTPSemantics

/// The token that lets an uploader delete a picture: an HMAC over its name, so that nothing has to be stored.
struct DeleteToken: Sendable {
  private let secret: [UInt8]

  /// - Parameter secret: the service's own, made at its first start.
  init(secret: [UInt8]) {
    self.secret = secret
  }

  /// The token of a picture.
  func make(for name: String) -> String {
    let code = HMACSHA256.authenticate(key: secret, message: Array("delete\u{0}\(name)".utf8))
    return Hexadecimal.encode(code.prefix(20))
  }

  /// Whether a text is the token of a picture. Takes the same time whatever it is.
  func isValid(_ token: String, for name: String) -> Bool {
    ConstantTime.equals(Array(token.utf8), Array(make(for: name).utf8))
  }
}
