import HTTPSemantics

extension S3Error {
  /// The client sends too many requests.
  public static let slowDown = S3Error(
    "SlowDown", .serviceUnavailable,
    "Please reduce your request rate.")
}
