internal import CCrypto

/// An incremental MD5 (RFC 1321): what S3 calls an ETag and checks as `Content-MD5`. It protects against accidents only.
public struct MD5: ~Copyable, Sendable {
  /// The length of a digest in bytes.
  public static var byteCount: Int { 16 }

  private var context: DigestContext

  /// A digest of no bytes yet.
  public init() {
    unsafe context = DigestContext(EVP_md5())
  }

  /// Appends `bytes` to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    context.update(bytes)
  }

  /// The 16-byte digest of the message so far, which may go on.
  public var current: [UInt8] { context.current() }

  /// Ends the message and returns its 16-byte digest.
  public consuming func finalize() -> [UInt8] {
    context.finalize()
  }

  /// The digest of one whole message.
  public static func digest(of message: [UInt8]) -> [UInt8] {
    var digest = MD5()
    digest.update(message.span)
    return digest.finalize()
  }
}
