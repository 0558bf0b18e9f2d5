import HTTPSemantics

extension S3Error {
  /// The bucket that is to be deleted holds objects.
  public static let bucketNotEmpty = S3Error(
    "BucketNotEmpty", .conflict,
    "The bucket you tried to delete is not empty.")
}
