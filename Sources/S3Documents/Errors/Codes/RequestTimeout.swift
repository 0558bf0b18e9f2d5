import HTTPSemantics

extension S3Error {
  /// The content did not arrive in time.
  public static let requestTimeout = S3Error(
    "RequestTimeout", .badRequest,
    "Your socket connection to the server was not read from or written to within the timeout "
      + "period.")
}
