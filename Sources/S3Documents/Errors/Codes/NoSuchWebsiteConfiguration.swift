import HTTPSemantics

extension S3Error {
  /// The bucket has no website configuration.
  public static let noSuchWebsiteConfiguration = S3Error(
    "NoSuchWebsiteConfiguration", .notFound,
    "The specified bucket does not have a website configuration")
}
