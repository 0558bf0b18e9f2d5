import HTTPSemantics

extension S3Error {
  /// The user metadata are larger than they may be. Sizes are in bytes.
  public static func metadataTooLarge(size: Int, maximum: Int) -> S3Error {
    S3Error(
      "MetadataTooLarge", .badRequest,
      "Your metadata headers exceed the maximum allowed metadata size",
      ["Size": String(size), "MaxSizeAllowed": String(maximum)])
  }
}
