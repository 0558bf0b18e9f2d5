internal import HTTPSemantics

extension S3AuthenticationError {
  /// The access key is nobody's.
  static func unknownAccessKey(_ accessKey: String) -> S3AuthenticationError {
    S3AuthenticationError(.invalidAccessKeyID, details: [NameValuePair("AWSAccessKeyId", accessKey)])
  }

  /// The signature is another than the one that was computed. Neither is shown, nor anything that is secret: whoever made a
  /// browser send the request reads this.
  /// - Parameters:
  ///   - stringToSign: what was signed, nil where it is, or depends on, something secret.
  ///   - canonicalRequest: what it was made of, without secrets.
  static func signatureMismatch(
    accessKey: String, stringToSign: String?, canonicalRequest: String? = nil
  ) -> S3AuthenticationError {
    var details = [NameValuePair("AWSAccessKeyId", accessKey)]
    if let stringToSign { details.append(NameValuePair("StringToSign", stringToSign)) }
    if let canonicalRequest { details.append(NameValuePair("CanonicalRequest", canonicalRequest)) }
    return S3AuthenticationError(.signatureDoesNotMatch, details: details)
  }

  /// The request, or the policy that allows it, was good once.
  static let expired = S3AuthenticationError(.accessDenied, "Request has expired")

  /// Neither `x-amz-date` nor `Date` tells when the request was signed.
  static let undated = S3AuthenticationError(
    .accessDenied, "AWS authentication requires a valid Date or x-amz-date header")
}
