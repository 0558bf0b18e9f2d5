internal import Digests
internal import HTTPSemantics

/// Signature version 2 ("Signing and authenticating REST requests" of the Amazon S3 User Guide): HMAC-SHA1 over a few
/// lines of the request.
enum SignatureVersion2 {
  /// What its `Authorization` field starts with.
  static let scheme = "AWS"

  /// The signature of a string to sign, in base 64.
  static func sign(_ stringToSign: String, secret: String) -> String {
    Base64.standard.encode(HMACSHA1.authenticate(key: Array(secret.utf8), message: Array(stringToSign.utf8)))
  }

  /// Compares a signature with the one that the secret gives.
  /// - Parameter shown: what is shown of the string to sign where they differ.
  static func verify(
    _ signature: String, of stringToSign: String, shown: @autoclosure () -> String?, accessKey: String,
    secret: (String) -> String?
  ) throws(S3AuthenticationError) {
    guard let secret = secret(accessKey) else { throw .unknownAccessKey(accessKey) }
    guard ConstantTime.equals(Array(sign(stringToSign, secret: secret).utf8), Array(signature.utf8)) else {
      throw .signatureMismatch(accessKey: accessKey, stringToSign: shown())
    }
  }

  /// Compares the signature of a request. boto3 signs the address of a bucket with a slash at its end, but sends it
  /// without; as both are the same bucket, either is taken.
  private static func verifyOne(
    _ signature: String, of canonical: CanonicalStringVersion2, accessKey: String, secret: (String) -> String?
  ) throws(S3AuthenticationError) {
    do throws(S3AuthenticationError) {
      try verify(signature, of: canonical.text, shown: canonical.shownText, accessKey: accessKey, secret: secret)
    } catch {
      guard error.code == .signatureDoesNotMatch, let bucket = canonical.withSlashAfterBucket else { throw error }
      try verify(signature, of: bucket.text, shown: bucket.shownText, accessKey: accessKey, secret: secret)
    }
  }

  /// Compares the signature for each way to spell the names of the metadata, which version 2 does not list.
  /// - Parameter canonical: the string to sign of a request with these fields.
  /// - Returns: the fields as the client spelled their names.
  private static func verify(
    _ signature: String, of fields: HeaderFields, accessKey: String, secret: (String) -> String?,
    canonical: (HeaderFields) -> CanonicalStringVersion2
  ) throws(S3AuthenticationError) -> HeaderFields {
    var mismatch: S3AuthenticationError?
    for spelled in MetadataSpellings(fields) {
      do throws(S3AuthenticationError) {
        try verifyOne(signature, of: canonical(spelled), accessKey: accessKey, secret: secret)
        return spelled
      } catch {
        guard error.code == .signatureDoesNotMatch else { throw error }
        // The first is how most clients would have meant it.
        mismatch = mismatch ?? error
      }
    }
    throw mismatch ?? S3AuthenticationError(.signatureDoesNotMatch)
  }

  /// Checks a request whose `Authorization` field has these parameters: `AWSAccessKeyId:Signature`.
  static func authenticate(
    _ request: S3Request, parameters: some StringProtocol, query: QueryParameters, now: Int64,
    secret: (String) -> String?
  ) throws(S3AuthenticationError) -> AuthenticatedRequest {
    guard let colon = parameters.lastIndex(of: ":"), colon > parameters.startIndex else {
      throw S3AuthenticationError(
        .invalidArgument, "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature")
    }
    let accessKey = String(parameters[..<colon])
    let signature = String(parameters[parameters.index(after: colon)...])

    let amazonDate = request.fields["x-amz-date"]
    let date = request.fields["date"]
    guard let time = (amazonDate ?? date).flatMap(SigningTime.init(field:)) else { throw .undated }
    guard abs(now - time.unixSeconds) <= SignatureVersion4.allowedSkew else {
      throw S3AuthenticationError(.requestTimeTooSkewed)
    }
    let payload = try PayloadDeclaration(withoutChunkSignatures: request.fields)
    let fields = try verify(signature, of: request.fields, accessKey: accessKey, secret: secret) { fields in
      CanonicalStringVersion2(
        request, query: query, fields: fields, date: amazonDate == nil ? date ?? "" : "")
    }
    return AuthenticatedRequest(
      accessKey: accessKey, scheme: .version2Header, payload: payload, region: nil, signedHeaders: [],
      fields: fields, impliedFields: HeaderFields(), chunkSigning: nil)
  }

  /// Checks a presigned request.
  static func authenticatePresigned(
    _ request: S3Request, query: QueryParameters, now: Int64, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> AuthenticatedRequest {
    guard
      let accessKey = query.first("AWSAccessKeyId"), let signature = query.first("Signature"),
      let expires = query.first("Expires")
    else {
      throw S3AuthenticationError(
        .accessDenied,
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")
    }
    guard let deadline = Int64(expires) else {
      throw S3AuthenticationError(.accessDenied, "Invalid date (should be seconds since epoch): \(expires)")
    }
    guard now < deadline else { throw .expired }

    let implied = try ImpliedFields.version2(query, besides: request.fields)
    let payload = try PayloadDeclaration(withoutChunkSignatures: request.fields)
    let fields = try verify(signature, of: request.fields, accessKey: accessKey, secret: secret) { fields in
      CanonicalStringVersion2(
        request, query: query,
        fields: HeaderFields((fields.fields + implied.fields).map { ($0.name, $0.value) }), date: expires)
    }
    return AuthenticatedRequest(
      accessKey: accessKey, scheme: .version2Query, payload: payload, region: nil, signedHeaders: [],
      fields: fields, impliedFields: implied, chunkSigning: nil)
  }
}
