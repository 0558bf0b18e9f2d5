internal import Digests
internal import HTTPSemantics

/// A key of signature version 4: good for one day, one region, one service.
struct SigningKey: Sendable {
  private let bytes: [UInt8]

  init(secret: String, scope: Credential.Scope) {
    var key = Array("AWS4\(secret)".utf8)
    for part in [scope.day, scope.region, Credential.Scope.service, Credential.Scope.terminator] {
      key = HMACSHA256.authenticate(key: key, message: Array(part.utf8))
    }
    bytes = key
  }

  /// The signature of a string to sign: 64 hexadecimal digits.
  func sign(_ stringToSign: String) -> String {
    Hexadecimal.encode(HMACSHA256.authenticate(key: bytes, message: Array(stringToSign.utf8)))
  }
}
