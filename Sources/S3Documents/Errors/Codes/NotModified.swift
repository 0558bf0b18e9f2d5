import HTTPSemantics

extension S3Error {
  /// The client's copy is still good. The answer has no document.
  public static let notModified = S3Error(
    "NotModified", .notModified,
    "Not Modified")
}
