import HTTPSemantics

extension S3Error {
  /// The request has a security token, which no account here has.
  public static let invalidToken = S3Error(
    "InvalidToken", .badRequest,
    "The provided token is malformed or otherwise invalid.")
}
