import HTTPSemantics

extension S3Error {
  /// The content does not have the `Content-MD5` that the client sent. Both digests are base64.
  public static func badDigest(expected: String, calculated: String) -> S3Error {
    S3Error(
      "BadDigest", .badRequest,
      "The Content-MD5 you specified did not match what we received.",
      ["ExpectedDigest": expected, "CalculatedDigest": calculated])
  }
}
