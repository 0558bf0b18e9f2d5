import HTTPSemantics

extension S3Error {
  /// The request needs a `Content-Length`.
  public static let missingContentLength = S3Error(
    "MissingContentLength", .lengthRequired,
    "You must provide the Content-Length HTTP header.")
}
