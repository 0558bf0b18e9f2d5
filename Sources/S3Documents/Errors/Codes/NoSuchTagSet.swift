import HTTPSemantics

extension S3Error {
  /// The bucket has no tags.
  public static let noSuchTagSet = S3Error(
    "NoSuchTagSet", .notFound,
    "The TagSet does not exist")
}
