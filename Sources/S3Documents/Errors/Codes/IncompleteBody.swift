import HTTPSemantics

extension S3Error {
  /// Fewer bytes came than `Content-Length` announced.
  public static let incompleteBody = S3Error(
    "IncompleteBody", .badRequest,
    "You did not provide the number of bytes specified by the Content-Length HTTP header.")
}
