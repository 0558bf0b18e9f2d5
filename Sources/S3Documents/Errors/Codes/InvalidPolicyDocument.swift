import HTTPSemantics

extension S3Error {
  /// The policy of a form upload is malformed.
  public static func invalidPolicyDocument(_ message: String) -> S3Error {
    S3Error("InvalidPolicyDocument", .badRequest, message)
  }
}
