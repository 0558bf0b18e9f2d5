internal import CCrypto

/// An incremental SHA-1 (FIPS 180-4): what signature version 2 of S3 and its older checksums are made of. It protects
/// against accidents only.
public struct SHA1: ~Copyable, Sendable {
  /// The length of a digest in bytes.
  public static var byteCount: Int { 20 }

  private var context: DigestContext

  /// A digest of no bytes yet.
  public init() {
    unsafe context = DigestContext(EVP_sha1())
  }

  /// Appends `bytes` to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    context.update(bytes)
  }

  /// Ends the message and returns its 20-byte digest.
  public consuming func finalize() -> [UInt8] {
    context.finalize()
  }

  /// The digest of one whole message.
  public static func digest(of message: [UInt8]) -> [UInt8] {
    var digest = SHA1()
    digest.update(message.span)
    return digest.finalize()
  }
}
