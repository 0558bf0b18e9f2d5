import HTTPSemantics

extension S3Error {
  /// The bucket has no policy.
  public static let noSuchBucketPolicy = S3Error(
    "NoSuchBucketPolicy", .notFound,
    "The bucket policy does not exist")
}
