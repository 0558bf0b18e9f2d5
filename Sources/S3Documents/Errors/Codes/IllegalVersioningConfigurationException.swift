import HTTPSemantics

extension S3Error {
  /// The versioning configuration has a status other than `Enabled` and `Suspended`.
  public static let illegalVersioningConfigurationException = S3Error(
    "IllegalVersioningConfigurationException", .badRequest,
    "The Versioning element must be specified")
}
