import HTTPSemantics

extension S3Error {
  /// The bucket has no replication configuration.
  public static let replicationConfigurationNotFoundError = S3Error(
    "ReplicationConfigurationNotFoundError", .notFound,
    "The replication configuration was not found")
}
