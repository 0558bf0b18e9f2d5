import HTTPSemantics

extension S3Error {
  /// The request needs a field that it does not have.
  public static func missingSecurityHeader(_ name: String) -> S3Error {
    S3Error(
      "MissingSecurityHeader", .badRequest,
      "Your request was missing a required header.",
      ["MissingHeaderName": name])
  }
}
