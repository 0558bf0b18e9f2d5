internal import Digests
internal import HTTPSemantics

/// The chain of signatures over the chunks of a body: each covers the one before, the first that of the request.
struct ChunkSigning: Sendable {
  private static let hashOfNothing = Hexadecimal.encode(SHA256.digest(of: []))

  private let key: SigningKey
  private let time: SigningTime
  private let scope: Credential.Scope
  private var previous: String

  /// - Parameter seed: the request's own signature.
  init(key: SigningKey, time: SigningTime, scope: Credential.Scope, seed: String) {
    self.key = key
    self.time = time
    self.scope = scope
    previous = seed
  }

  /// The signature of the next chunk, whose content has the hash `hash`: 64 hexadecimal digits.
  mutating func signChunk(hash: [UInt8]) -> String {
    sign(
      "AWS4-HMAC-SHA256-PAYLOAD\n\(time.timestamp)\n\(scope)\n\(previous)\n\(Self.hashOfNothing)\n"
        + Hexadecimal.encode(hash))
  }

  /// The signature of the trailer, whose lines, each `name:value` and a line feed, have the hash `hash`.
  mutating func signTrailer(hash: [UInt8]) -> String {
    sign("AWS4-HMAC-SHA256-TRAILER\n\(time.timestamp)\n\(scope)\n\(previous)\n" + Hexadecimal.encode(hash))
  }

  private mutating func sign(_ stringToSign: String) -> String {
    previous = key.sign(stringToSign)
    return previous
  }
}
