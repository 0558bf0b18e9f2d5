internal import Digests
internal import HTTPSemantics
internal import Synchronization

/// A key of signature version 4: good for one day, one region, one service.
struct SigningKey: Sendable {
  /// What a key is made from.
  private struct Source: Hashable {
    var secret: String
    var day: String
    var region: String
  }

  /// Keys that are remembered: to make one takes four times as long as to sign with it.
  private static let limit = 64
  private static let known = Mutex<[Source: SigningKey]>([:])

  private let bytes: [UInt8]

  /// The key of a secret for a scope.
  static func of(secret: String, scope: Credential.Scope) -> SigningKey {
    let source = Source(secret: secret, day: scope.day, region: scope.region)
    if let known = known.withLock({ $0[source] }) { return known }
    let key = SigningKey(secret: secret, scope: scope)
    known.withLock { known in
      if known.count >= limit { known.removeAll(keepingCapacity: true) }
      known[source] = key
    }
    return key
  }

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
