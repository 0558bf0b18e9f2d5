import HTTPSemantics

extension S3Error {
  /// The account has that bucket already.
  public static let bucketAlreadyOwnedByYou = S3Error(
    "BucketAlreadyOwnedByYou", .conflict,
    "Your previous request to create the named bucket succeeded and you already own it.")
}
