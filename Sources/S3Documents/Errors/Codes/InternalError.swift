import HTTPSemantics

extension S3Error {
  /// The server failed; its log tells why.
  public static let internalError = S3Error(
    "InternalError", .internalServerError,
    "We encountered an internal error. Please try again.")
}
