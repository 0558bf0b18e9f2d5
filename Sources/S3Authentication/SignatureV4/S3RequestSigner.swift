internal import Digests
public import HTTPSemantics

/// Signs requests to another S3 server: signature version 4 in the field `Authorization`.
public struct S3RequestSigner: Sendable {
  /// What is said of the payload in `x-amz-content-sha256`.
  public enum Payload: Sendable, Equatable {
    /// Nothing: `UNSIGNED-PAYLOAD`.
    case unsigned
    /// There is none.
    case empty
    /// The SHA-256 of all of it.
    case sha256([UInt8])
  }

  private let credentials: S3Signer.Credentials
  private let region: String

  /// A signer for one key pair and one region.
  public init(_ credentials: S3Signer.Credentials, region: String) {
    self.credentials = credentials
    self.region = region
  }

  /// The fields of the signed request: those that were given, all of them signed, and those that make the signature.
  ///
  /// - Parameters:
  ///   - target: path and query, as they go over the wire.
  ///   - host: what the field `Host` will say. It is signed, and not among the fields that come back.
  ///   - fields: the fields that nobody on the way changes.
  ///   - now: the time, in seconds since 1970.
  /// - Throws: `InvalidURI` where the target has a malformed escape.
  public func sign(
    _ method: String, _ target: String, host: String, fields: HeaderFields = HeaderFields(), payload: Payload = .empty,
    now: Int64
  ) throws(S3AuthenticationError) -> HeaderFields {
    let time = SigningTime(unixSeconds: now)
    let scope = Credential.Scope(day: time.day, region: region)
    let hash = payload.text
    var signed = fields
    signed.set("x-amz-date", time.timestamp)
    signed.set("x-amz-content-sha256", hash)
    var covered = signed
    covered.set("host", host)
    let names = Set(covered.fields.map(\.name.asciiLowercased)).sorted()
    let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    let canonical = try CanonicalRequest(
      method: method, path: Array(parts[0]),
      query: S3Request.parseQuery(parts.count > 1 ? Array(parts[1]) : []).parameters, fields: covered,
      signedHeaders: names, payloadHash: hash)
    let signature = SigningKey.of(secret: credentials.secretKey, scope: scope).sign(
      canonical.stringToSign(time: time, scope: scope))
    signed.set(
      "Authorization",
      "\(SignatureVersion4.algorithm) Credential=\(credentials.accessKey)/\(scope), "
        + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)")
    return signed
  }
}

extension S3RequestSigner.Payload {
  /// The value of `x-amz-content-sha256`.
  fileprivate var text: String {
    switch self {
    case .unsigned: PayloadDeclaration.unsignedHash
    case .empty: Hexadecimal.encode(SHA256.digest(of: []))
    case .sha256(let digest): Hexadecimal.encode(digest)
    }
  }
}
