import HTTPSemantics

extension S3Error {
  /// The content is no `multipart/form-data`.
  public static let malformedPOSTRequest = S3Error(
    "MalformedPOSTRequest", .badRequest,
    "The body of your POST request is not well-formed multipart/form-data.")
}
