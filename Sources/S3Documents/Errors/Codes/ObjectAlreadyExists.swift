import HTTPSemantics

extension S3Error {
  /// The bucket never overwrites, and the key is taken.
  public static let objectAlreadyExists = S3Error(
    "ObjectAlreadyExists", .conflict,
    "The specified key already exists, and this bucket does not overwrite objects.")
}
