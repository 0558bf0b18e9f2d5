import HTTPSemantics

extension S3Error {
  /// The bucket has no CORS configuration.
  public static let noSuchCORSConfiguration = S3Error(
    "NoSuchCORSConfiguration", .notFound,
    "The CORS configuration does not exist")
}
