import HTTPSemantics

extension S3Error {
  /// There is no such bucket.
  public static let noSuchBucket = S3Error(
    "NoSuchBucket", .notFound,
    "The specified bucket does not exist")
}
