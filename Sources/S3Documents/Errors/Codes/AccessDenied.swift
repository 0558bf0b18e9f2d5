import HTTPSemantics

extension S3Error {
  /// Nothing allows the request, or something denies it.
  public static func accessDenied(_ message: String = "Access Denied.") -> S3Error {
    S3Error("AccessDenied", .forbidden, message)
  }
}
