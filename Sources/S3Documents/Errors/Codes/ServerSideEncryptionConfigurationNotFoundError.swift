import HTTPSemantics

extension S3Error {
  /// The bucket has no encryption configuration.
  public static let serverSideEncryptionConfigurationNotFoundError = S3Error(
    "ServerSideEncryptionConfigurationNotFoundError", .notFound,
    "The server side encryption configuration was not found")
}
