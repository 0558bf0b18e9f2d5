import HTTPSemantics

extension S3Error {
  /// The bucket's name is that of a bucket of the same account.
  public static let bucketAlreadyOwnedByYou = S3Error(
    "BucketAlreadyOwnedByYou", .conflict,
    "Your previous request to create the named bucket succeeded and you already own it.")
}
