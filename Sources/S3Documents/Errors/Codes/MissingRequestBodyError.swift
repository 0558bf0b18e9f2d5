import HTTPSemantics

extension S3Error {
  /// The request needs a document, and has none.
  public static let missingRequestBodyError = S3Error(
    "MissingRequestBodyError", .badRequest,
    "Request body is empty.")
}
