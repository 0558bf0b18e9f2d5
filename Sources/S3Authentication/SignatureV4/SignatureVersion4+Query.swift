internal import HTTPSemantics

extension SignatureVersion4 {
  /// The longest that a presigned request may be good for: seven days, in seconds.
  static let longestExpiry: Int64 = 604_800

  /// Checks a presigned request.
  static func authenticatePresigned(
    _ request: S3Request, query: QueryParameters, now: Int64, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> AuthenticatedRequest {
    guard
      let algorithm = query.first("X-Amz-Algorithm"), let signature = query.first("X-Amz-Signature"),
      let credentialText = query.first("X-Amz-Credential"), let date = query.first("X-Amz-Date"),
      let names = query.first("X-Amz-SignedHeaders"), let expires = query.first("X-Amz-Expires")
    else { throw malformedQuery() }
    guard algorithm == Self.algorithm else {
      throw malformedQuery("X-Amz-Algorithm only supports \"\(Self.algorithm)\"")
    }
    guard let time = SigningTime(timestamp: date) else {
      throw malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    }
    let lifetime = try lifetime(expires)
    let credential: Credential
    switch Credential.parse(credentialText, day: time.day) {
    case .credential(let parsed): credential = parsed
    case .fault(let fault): throw malformedQuery("Error parsing the X-Amz-Credential parameter; \(fault.message)")
    }
    guard let signedHeaders = signedHeaders(names) else { throw malformedQuery() }
    guard time.unixSeconds - now <= allowedSkew else {
      throw S3AuthenticationError(.accessDenied, "Request is not valid yet")
    }
    guard now < time.unixSeconds + lifetime else { throw .expired }

    let hash =
      query.first("X-Amz-Content-Sha256") ?? request.fields["x-amz-content-sha256"] ?? PayloadDeclaration.unsignedHash
    let payload = try PayloadDeclaration(hash: hash, fields: request.fields)
    let claim = Claim(
      credential: credential, time: time, signedHeaders: signedHeaders, signature: signature, payloadHashes: [hash],
      query: query.parameters.filter { !$0.name.elementsEqual("X-Amz-Signature".utf8) })
    let verified = try verify(claim, of: request, secret: secret)
    return AuthenticatedRequest(
      accessKey: credential.accessKey, scheme: .version4Query, payload: payload, region: credential.scope.region,
      signedHeaders: signedHeaders, fields: verified.fields,
      impliedFields: try ImpliedFields.version4(query, besides: verified.fields),
      chunkSigning: verified.chunkSigning)
  }

  /// The lifetime in seconds; a negative one is simply over.
  private static func lifetime(_ text: String) throws(S3AuthenticationError) -> Int64 {
    guard let seconds = Int64(text) else { throw malformedQuery("X-Amz-Expires should be a number") }
    // S3's own code is AuthorizationQueryParametersError; the conformance tests in use expect 403.
    guard seconds <= longestExpiry else {
      throw S3AuthenticationError(
        .accessDenied,
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
          + "\(longestExpiry) seconds")
    }
    return max(0, seconds)
  }

  private static func malformedQuery(_ message: String? = nil) -> S3AuthenticationError {
    S3AuthenticationError(.authorizationQueryParametersError, message)
  }
}
