internal import HTTPSemantics

/// Tells who sent a request, by its signature: version 2 or 4, in the `Authorization` field or in the query.
///
/// A POST form carries its signature in the body: see `PostForm`.
public enum S3Authenticator {
  /// Checks the signature of a request, if it has one. The body is still to come; what it has to be stands in the
  /// outcome, for a `PayloadDecoder` to check.
  ///
  /// - Parameters:
  ///   - now: the time, in seconds since 1970.
  ///   - secret: the secret key of an access key, nil for one that does not exist.
  /// - Throws: `S3AuthenticationError` where there is a signature, or a part of one, that is not good.
  public static func authenticate(
    _ request: S3Request, now: Int64, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> S3AuthenticationOutcome {
    let query = try S3Request.parseQuery(request.rawQuery)
    let authorizations = request.fields.values(of: "authorization").filter { !$0.isEmpty }
    let isVersion4Query = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"].contains(where: query.contains)
    let isVersion2Query = ["AWSAccessKeyId", "Signature"].contains(where: query.contains)
    guard authorizations.count + (isVersion4Query ? 1 : 0) + (isVersion2Query ? 1 : 0) <= 1 else {
      throw S3AuthenticationError(
        .invalidArgument,
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
          + "the Authorization header should be specified")
    }

    if let authorization = authorizations.first {
      return .authenticated(
        try authenticate(request, authorization: authorization, query: query, now: now, secret: secret))
    }
    if isVersion4Query {
      return .authenticated(
        try SignatureVersion4.authenticatePresigned(request, query: query, now: now, secret: secret))
    }
    if isVersion2Query {
      return .authenticated(
        try SignatureVersion2.authenticatePresigned(request, query: query, now: now, secret: secret))
    }
    return .anonymous(try PayloadDeclaration(withoutChunkSignatures: request.fields))
  }

  private static func authenticate(
    _ request: S3Request, authorization: String, query: QueryParameters, now: Int64, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> AuthenticatedRequest {
    let scheme = Substring(authorization.utf8.prefix { $0 != UInt8(ascii: " ") })
    let parameters = Substring(authorization[scheme.endIndex...].utf8.drop { $0 == UInt8(ascii: " ") })
    switch String(scheme) {
    case SignatureVersion4.algorithm:
      return try SignatureVersion4.authenticate(
        request, parameters: parameters, query: query, now: now, secret: secret)
    case SignatureVersion2.scheme:
      return try SignatureVersion2.authenticate(
        request, parameters: parameters, query: query, now: now, secret: secret)
    case "AWS4-ECDSA-P256-SHA256":
      throw S3AuthenticationError(.notImplemented)
    default:
      throw S3AuthenticationError(.invalidArgument, "Unsupported Authorization Type")
    }
  }
}
