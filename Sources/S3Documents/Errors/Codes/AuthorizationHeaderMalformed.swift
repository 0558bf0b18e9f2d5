import HTTPSemantics

extension S3Error {
  /// The `Authorization` field cannot be parsed, or its scope is for another region.
  public static func authorizationHeaderMalformed(_ message: String, region: String? = nil) -> S3Error {
    S3Error(
      "AuthorizationHeaderMalformed", .badRequest,
      message,
      ["Region": region])
  }
}
