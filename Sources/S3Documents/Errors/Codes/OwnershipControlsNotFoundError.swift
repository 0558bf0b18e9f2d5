import HTTPSemantics

extension S3Error {
  /// The bucket has no ownership setting.
  public static let ownershipControlsNotFoundError = S3Error(
    "OwnershipControlsNotFoundError", .notFound,
    "The bucket ownership controls were not found")
}
