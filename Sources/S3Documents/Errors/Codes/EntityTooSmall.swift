import HTTPSemantics

extension S3Error {
  /// A form's content, or a part but the last, is smaller than it may be. Sizes are in bytes.
  public static func entityTooSmall(proposedSize: UInt64, minimum: UInt64) -> S3Error {
    S3Error(
      "EntityTooSmall", .badRequest,
      "Your proposed upload is smaller than the minimum allowed size.",
      ["ProposedSize": String(proposedSize), "MinSizeAllowed": String(minimum)])
  }
}
