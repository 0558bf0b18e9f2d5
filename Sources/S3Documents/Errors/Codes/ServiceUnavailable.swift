import HTTPSemantics

extension S3Error {
  /// The server is overloaded or about to end.
  public static let serviceUnavailable = S3Error(
    "ServiceUnavailable", .serviceUnavailable,
    "Service is unable to handle request.")
}
