import HTTPSemantics

extension S3Error {
  /// The object is larger than an object may be. Sizes are in bytes.
  public static func entityTooLarge(proposedSize: UInt64? = nil, maximum: UInt64) -> S3Error {
    S3Error(
      "EntityTooLarge", .badRequest,
      "Your proposed upload exceeds the maximum allowed size.",
      ["ProposedSize": proposedSize.map { String($0) }, "MaxSizeAllowed": String(maximum)])
  }
}
