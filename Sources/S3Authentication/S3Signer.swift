internal import HTTPSemantics

/// Makes signatures of version 4, for links that Vitrine hands out.
public enum S3Signer {
  /// An access key with its secret.
  public struct Credentials: Sendable {
    /// The access key, which is no secret.
    public let accessKey: String
    /// The secret key.
    public let secretKey: String

    /// A pair.
    public init(accessKey: String, secretKey: String) {
      self.accessKey = accessKey
      self.secretKey = secretKey
    }
  }

  /// The longest that such an address may be good for: seven days, in seconds.
  public static let longestExpiry = SignatureVersion4.longestExpiry

  /// An address that lets whoever has it make one kind of request.
  ///
  /// - Parameters:
  ///   - method: `GET` or `PUT`, say.
  ///   - origin: scheme and authority, as `https://files.example.org:9000`; a port that is the scheme's own is left out
  ///     of the signature, as clients leave it out of `Host`.
  ///   - path: the path, decoded: `/bucket/key`.
  ///   - query: more parameters, decoded, such as `response-content-disposition`.
  ///   - expires: how long the address is good for in seconds, from 1 to `longestExpiry`; clamped to that.
  ///   - now: the time, in seconds since 1970.
  public static func presign(
    method: String, origin: String, path: String, query: [(name: String, value: String)] = [],
    credentials: Credentials, region: String = "us-east-1", expires: Int64, now: Int64
  ) throws(S3AuthenticationError) -> String {
    let time = SigningTime(unixSeconds: now)
    let scope = Credential.Scope(day: time.day, region: region)
    let parameters =
      query + [
        ("X-Amz-Algorithm", SignatureVersion4.algorithm),
        ("X-Amz-Credential", "\(credentials.accessKey)/\(scope)"),
        ("X-Amz-Date", time.timestamp),
        ("X-Amz-Expires", String(min(max(1, expires), longestExpiry))),
        ("X-Amz-SignedHeaders", "host"),
      ]
    let rawPath = PercentEncoding.encode(path.utf8, allowing: CanonicalRequest.pathCharacters)
    let rawQuery = parameters.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    let canonical = try CanonicalRequest(
      method: method, path: Array(rawPath.utf8), query: S3Request.parseQuery(Array(rawQuery.utf8)).parameters,
      fields: ["host": host(origin)], signedHeaders: ["host"], payloadHash: PayloadDeclaration.unsignedHash)
    let signature = SigningKey(secret: credentials.secretKey, scope: scope)
      .sign(canonical.stringToSign(time: time, scope: scope))
    return "\(origin)\(rawPath)?\(rawQuery)&X-Amz-Signature=\(signature)"
  }

  private static func encode(_ text: String) -> String {
    PercentEncoding.encode(text.utf8, allowing: PercentEncoding.unreserved)
  }

  private static func host(_ origin: String) -> String {
    let defaultPorts = ["http://": ":80", "https://": ":443"]
    for (scheme, port) in defaultPorts where origin.hasPrefix(scheme) {
      let authority = origin.dropFirst(scheme.count)
      return String(authority.hasSuffix(port) ? authority.dropLast(port.count) : authority)
    }
    return origin
  }
}
