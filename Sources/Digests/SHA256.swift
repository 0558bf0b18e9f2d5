internal import CCrypto

/// An incremental SHA-256 (FIPS 180-4).
public struct SHA256: ~Copyable, Sendable {
  /// The length of a digest in bytes.
  public static var byteCount: Int { 32 }

  private var context: DigestContext

  /// A digest of no bytes yet.
  public init() {
    unsafe context = DigestContext(EVP_sha256())
  }

  /// Appends `bytes` to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    context.update(bytes)
  }

  /// Ends the message and returns its 32-byte digest.
  public consuming func finalize() -> [UInt8] {
    context.finalize()
  }

  /// The digest of one whole message.
  public static func digest(of message: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(message.span)
    return digest.finalize()
  }
}
