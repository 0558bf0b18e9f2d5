import HTTPSemantics

extension S3Error {
  /// The request contradicts itself, or asks for what is not allowed.
  public static func invalidRequest(_ message: String) -> S3Error {
    S3Error("InvalidRequest", .badRequest, message)
  }
}
