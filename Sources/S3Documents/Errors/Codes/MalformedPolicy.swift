import HTTPSemantics

extension S3Error {
  /// The policy is malformed, or does not suit the bucket.
  public static func malformedPolicy(_ message: String) -> S3Error {
    S3Error("MalformedPolicy", .badRequest, message)
  }
}
