import HTTPSemantics

extension S3Error {
  /// The bucket has no lifecycle configuration.
  public static let noSuchLifecycleConfiguration = S3Error(
    "NoSuchLifecycleConfiguration", .notFound,
    "The lifecycle configuration does not exist")
}
