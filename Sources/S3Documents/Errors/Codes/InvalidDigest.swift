import HTTPSemantics

extension S3Error {
  /// `Content-MD5` is no base64 of 16 bytes.
  public static func invalidDigest(_ received: String) -> S3Error {
    S3Error(
      "InvalidDigest", .badRequest,
      "The Content-MD5 you specified is not valid.",
      ["Content-MD5": received])
  }
}
