import HTTPSemantics

extension S3Error {
  /// The account has as many buckets as it may.
  public static let tooManyBuckets = S3Error(
    "TooManyBuckets", .badRequest,
    "You have attempted to create more buckets than allowed.")
}
