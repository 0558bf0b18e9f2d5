import HTTPSemantics

extension S3Error {
  /// The bucket has no setting that blocks public access.
  public static let noSuchPublicAccessBlockConfiguration = S3Error(
    "NoSuchPublicAccessBlockConfiguration", .notFound,
    "The public access block configuration was not found")
}
