import HTTPSemantics

extension S3Error {
  /// The content does not have the checksum of `x-amz-checksum-…`.
  public static func xAmzContentChecksumMismatch(
    _ message: String =
      "The provided 'x-amz-checksum' header does not match what was computed."
  ) -> S3Error {
    S3Error("XAmzContentChecksumMismatch", .badRequest, message)
  }
}
