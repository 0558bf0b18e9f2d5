internal import HTTPSemantics

extension SignatureVersion4 {
  /// Checks a request whose `Authorization` field has these parameters.
  static func authenticate(
    _ request: S3Request, parameters: Substring, query: QueryParameters, now: Int64,
    secret: (String) -> String?
  ) throws(S3AuthenticationError) -> AuthenticatedRequest {
    let header = try AuthorizationHeader(parameters)
    let time = try signingTime(request.fields, now: now)
    let credential: Credential
    switch Credential.parse(header.credential, day: time.day) {
    case .credential(let parsed): credential = parsed
    case .fault(let fault):
      throw S3AuthenticationError(
        .authorizationHeaderMalformed, "The authorization header is malformed; \(fault.message)")
    }
    let declared = request.fields["x-amz-content-sha256"]
    let claim = Claim(
      credential: credential, time: time, signedHeaders: header.signedHeaders, signature: header.signature,
      payloadHashes: declared.map { [$0] } ?? PayloadDeclaration.undeclaredHashes(request.bodyHash),
      query: query.parameters)
    let verified = try verify(claim, of: request, secret: secret)
    let payload =
      if let declared {
        try PayloadDeclaration(hash: declared, fields: request.fields)
      } else {
        try PayloadDeclaration(undeclaredHash: verified.payloadHash, fields: request.fields)
      }
    return AuthenticatedRequest(
      accessKey: credential.accessKey, scheme: .version4Header, payload: payload, region: credential.scope.region,
      signedHeaders: header.signedHeaders, fields: verified.fields, impliedFields: HeaderFields(),
      chunkSigning: verified.chunkSigning)
  }

  private static func signingTime(_ fields: HeaderFields, now: Int64) throws(S3AuthenticationError) -> SigningTime {
    guard
      let text = fields["x-amz-date"] ?? fields["date"],
      let time = SigningTime(field: text)
    else { throw .undated }
    guard abs(now - time.unixSeconds) <= allowedSkew else { throw S3AuthenticationError(.requestTimeTooSkewed) }
    return time
  }
}
