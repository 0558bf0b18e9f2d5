import HTTPSemantics

extension S3Error {
  /// A request that S3 refuses without a code of its own, such as a preflight without `Origin`.
  public static func badRequest(_ message: String) -> S3Error {
    S3Error("BadRequest", .badRequest, message)
  }
}
