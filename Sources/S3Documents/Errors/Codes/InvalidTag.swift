import HTTPSemantics

extension S3Error {
  /// A tag is too long, stands twice, is reserved, has characters that tags have not, or is one too many.
  public static func invalidTag(_ message: String, key: String? = nil, value: String? = nil) -> S3Error {
    S3Error(
      "InvalidTag", .badRequest,
      message,
      ["TagKey": key, "TagValue": value])
  }
}
