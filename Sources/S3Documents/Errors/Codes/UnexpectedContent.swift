import HTTPSemantics

extension S3Error {
  /// The request has content that it should not have.
  public static let unexpectedContent = S3Error(
    "UnexpectedContent", .badRequest,
    "This request does not support content")
}
