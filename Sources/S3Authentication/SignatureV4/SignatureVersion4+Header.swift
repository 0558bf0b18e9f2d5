internal import HTTPSemantics

extension SignatureVersion4 {
  /// Checks a request whose `Authorization` field has these parameters.
  static func authenticate(
    _ request: S3Request, parameters: some StringProtocol, query: QueryParameters, now: Int64,
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
    guard let hash = request.fields["x-amz-content-sha256"] else {
      throw S3AuthenticationError(
        .invalidRequest, "Missing required header for this request: x-amz-content-sha256")
    }
    let payload = try PayloadDeclaration(hash: hash, fields: request.fields)
    let claim = Claim(
      credential: credential, time: time, signedHeaders: header.signedHeaders, signature: header.signature,
      payloadHash: hash, query: query.parameters)
    let chunkSigning = try verify(claim, of: request, secret: secret)
    return AuthenticatedRequest(
      accessKey: credential.accessKey, scheme: .version4Header, payload: payload, region: credential.scope.region,
      signedHeaders: header.signedHeaders, impliedFields: HeaderFields(), chunkSigning: chunkSigning)
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
