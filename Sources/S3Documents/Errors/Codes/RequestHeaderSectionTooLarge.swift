import HTTPSemantics

extension S3Error {
  /// The request's fields are larger than they may be. Sizes are in bytes.
  public static func requestHeaderSectionTooLarge(maximum: Int) -> S3Error {
    S3Error(
      "RequestHeaderSectionTooLarge", .badRequest,
      "Your request header section exceeds the maximum allowed request header section size.",
      ["MaxSizeAllowed": String(maximum)])
  }
}
