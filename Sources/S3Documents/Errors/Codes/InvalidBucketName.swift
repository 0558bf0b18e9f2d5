import HTTPSemantics

extension S3Error {
  /// The text is no bucket's name.
  public static func invalidBucketName(_ name: String) -> S3Error {
    S3Error(
      "InvalidBucketName", .badRequest,
      "The specified bucket is not valid.",
      ["BucketName": name])
  }
}
