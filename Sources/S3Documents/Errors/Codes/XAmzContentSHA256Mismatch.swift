import HTTPSemantics

extension S3Error {
  /// The content does not have the digest of `x-amz-content-sha256`. Both are hexadecimal.
  public static func xAmzContentSHA256Mismatch(expected: String, computed: String) -> S3Error {
    S3Error(
      "XAmzContentSHA256Mismatch", .badRequest,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      ["ClientComputedContentSHA256": expected, "S3ComputedContentSHA256": computed])
  }
}
