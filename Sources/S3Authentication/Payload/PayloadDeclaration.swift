/// What a request says of its body: how it is framed, and what vouches for its bytes.
public enum PayloadDeclaration: Sendable, Equatable {
  /// Just the bytes, which nothing vouches for: `UNSIGNED-PAYLOAD`, most presigned requests, signature version 2.
  case unsigned
  /// Just the bytes; their SHA-256 (32 bytes) is part of what was signed.
  case signed(sha256: [UInt8])
  /// Chunks that are signed one by one: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, with a signed trailer where the name goes
  /// on with `-TRAILER`.
  case signedChunks(trailer: Bool)
  /// Chunks without signatures: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`, or the content coding `aws-chunked` alone.
  case unsignedChunks(trailer: Bool)

  /// Whether the content is wrapped in the framing of `aws-chunked`, which is not part of the object.
  public var isChunked: Bool {
    switch self {
    case .unsigned, .signed: false
    case .signedChunks, .unsignedChunks: true
    }
  }
}
