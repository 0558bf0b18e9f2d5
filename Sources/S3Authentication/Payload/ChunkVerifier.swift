internal import Digests

/// Checks the signature of each chunk as soon as its content is complete, and that of the trailer.
struct ChunkVerifier: ~Copyable, Sendable {
  private var chain: ChunkSigning
  /// The hash of the chunk under way.
  private var hash: SHA256?
  private var signature: [UInt8] = []

  init(_ chain: ChunkSigning) {
    self.chain = chain
  }

  mutating func beginChunk(signature: [UInt8]?) throws(S3AuthenticationError) {
    guard let signature else { throw .malformedFraming }
    self.signature = signature
    hash = SHA256()
  }

  mutating func update(_ content: ArraySlice<UInt8>) {
    hash?.update(content.span)
  }

  mutating func endChunk() throws(S3AuthenticationError) {
    try compare(chain.signChunk(hash: hash.take()?.finalize() ?? []), signature)
  }

  mutating func endTrailer(_ trailer: TrailerSection) throws(S3AuthenticationError) {
    guard let signature = trailer.signature else { return }
    try compare(chain.signTrailer(hash: SHA256.digest(of: trailer.signedBytes)), signature)
  }

  private func compare(_ computed: String, _ sent: [UInt8]) throws(S3AuthenticationError) {
    guard ConstantTime.equals(Array(computed.utf8), sent) else { throw S3AuthenticationError(.signatureDoesNotMatch) }
  }
}
