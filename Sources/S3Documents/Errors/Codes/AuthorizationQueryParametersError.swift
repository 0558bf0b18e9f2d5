import HTTPSemantics

extension S3Error {
  /// A parameter of a presigned request is missing or malformed.
  public static func authorizationQueryParametersError(_ message: String) -> S3Error {
    S3Error("AuthorizationQueryParametersError", .badRequest, message)
  }
}
