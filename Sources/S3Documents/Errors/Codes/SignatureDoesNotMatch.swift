import HTTPSemantics

extension S3Error {
  /// The signature is not that of the request.
  public static func signatureDoesNotMatch(
    accessKey: String? = nil, stringToSign: String? = nil, signature: String? = nil, canonicalRequest: String? = nil
  ) -> S3Error {
    S3Error(
      "SignatureDoesNotMatch", .forbidden,
      "The request signature we calculated does not match the signature you provided. Check "
        + "your key and signing method.",
      [
        "AWSAccessKeyId": accessKey, "StringToSign": stringToSign, "SignatureProvided": signature,
        "CanonicalRequest": canonicalRequest,
      ])
  }
}
