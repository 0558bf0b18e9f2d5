internal import Digests
internal import HTTPSemantics

extension PayloadDeclaration {
  /// What stands for the hash of a payload that is not hashed.
  static let unsignedHash = "UNSIGNED-PAYLOAD"

  /// Reads a value of `x-amz-content-sha256`.
  init(hash: String, fields: HeaderFields) throws(S3AuthenticationError) {
    switch hash {
    case Self.unsignedHash: self = Self.unsigned(fields)
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": self = .signedChunks(trailer: false)
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": self = .signedChunks(trailer: true)
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": self = .unsignedChunks(trailer: true)
    case "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER":
      throw S3AuthenticationError(.notImplemented)
    default:
      guard let digest = Hexadecimal.decode(hash.utf8, byteCount: SHA256.byteCount) else {
        throw S3AuthenticationError(
          .invalidArgument,
          "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.",
          details: [
            NameValuePair("ArgumentName", "x-amz-content-sha256"), NameValuePair("ArgumentValue", hash),
          ])
      }
      self = .signed(sha256: digest)
    }
  }

  private static let hashOfNothing = Hexadecimal.encode(SHA256.digest(of: []))

  /// What may have been signed for the payload where no `x-amz-content-sha256` tells. Programs that know version 4 but
  /// not S3, such as curl before 8, sign the hash of what they have in memory: of a body that they read from a file,
  /// that of nothing.
  static func undeclaredHashes(_ bodyHash: String?) -> [String] {
    [hashOfNothing] + (bodyHash.map { [$0] } ?? [])
  }

  /// The payload of such a request. A body whose hash was not signed is one that nothing vouches for, as MinIO takes it.
  init(undeclaredHash hash: String, fields: HeaderFields) throws(S3AuthenticationError) {
    self = hash == Self.hashOfNothing ? Self.unsigned(fields) : try PayloadDeclaration(hash: hash, fields: fields)
  }

  /// The payload of a request that has no signature of version 4, and so none for its chunks.
  init(withoutChunkSignatures fields: HeaderFields) throws(S3AuthenticationError) {
    guard let hash = fields["x-amz-content-sha256"] else {
      self = Self.unsigned(fields)
      return
    }
    try self.init(hash: hash, fields: fields)
    if case .signedChunks = self {
      throw S3AuthenticationError(
        .invalidRequest, "The chunks of a body can only be signed where signature version 4 signs the request.")
    }
  }

  /// A payload without a hash. The coding `aws-chunked` alone does not tell that it is framed: clients name it as a
  /// mere property of the object too.
  private static func unsigned(_ fields: HeaderFields) -> PayloadDeclaration {
    let codings = fields.list(of: "content-encoding") ?? ""
    let isChunked = ContentCodings.contains(ContentCodings.chunked, in: codings)
    let hasTrailer = fields.contains("x-amz-trailer")
    guard isChunked, hasTrailer || fields.contains("x-amz-decoded-content-length") else { return .unsigned }
    return .unsignedChunks(trailer: hasTrailer)
  }
}
