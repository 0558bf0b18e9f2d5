import HTTPSemantics

extension S3Error {
  /// The bucket has no object lock configuration.
  public static let objectLockConfigurationNotFoundError = S3Error(
    "ObjectLockConfigurationNotFoundError", .notFound,
    "Object Lock configuration does not exist for this bucket")
}
