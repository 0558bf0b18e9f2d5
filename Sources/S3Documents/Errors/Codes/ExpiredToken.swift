import HTTPSemantics

extension S3Error {
  /// The security token is no longer good.
  public static let expiredToken = S3Error(
    "ExpiredToken", .badRequest,
    "The provided token has expired.")
}
