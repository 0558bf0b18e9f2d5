import HTTPSemantics

extension S3Error {
  /// The bucket's name is another account's.
  public static let bucketAlreadyExists = S3Error(
    "BucketAlreadyExists", .conflict,
    "The requested bucket name is not available. The bucket namespace is shared by all users "
      + "of the system. Please select a different name and try again.")
}
