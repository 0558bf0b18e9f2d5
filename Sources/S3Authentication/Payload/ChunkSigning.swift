internal import Digests

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

  /// Whether `signature` is that of the next chunk, whose content has the hash `hash`.
  mutating func acceptChunk(hash: [UInt8], signature: [UInt8]) -> Bool {
    accept(
      "AWS4-HMAC-SHA256-PAYLOAD\n\(time.timestamp)\n\(scope)\n\(previous)\n\(Self.hashOfNothing)\n"
        + Hexadecimal.encode(hash), signature)
  }

  /// Whether `signature` is that of the trailer, whose lines, each `name:value` and a line feed, have the hash `hash`.
  mutating func acceptTrailer(hash: [UInt8], signature: [UInt8]) -> Bool {
    accept(
      "AWS4-HMAC-SHA256-TRAILER\n\(time.timestamp)\n\(scope)\n\(previous)\n" + Hexadecimal.encode(hash), signature)
  }

  private mutating func accept(_ stringToSign: String, _ signature: [UInt8]) -> Bool {
    previous = key.sign(stringToSign)
    return ConstantTime.equals(Array(previous.utf8), signature)
  }
}
