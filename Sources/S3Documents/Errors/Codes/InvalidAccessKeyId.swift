import HTTPSemantics

extension S3Error {
  /// There is no such access key.
  public static func invalidAccessKeyId(_ accessKey: String) -> S3Error {
    S3Error(
      "InvalidAccessKeyId", .forbidden,
      "The AWS access key ID that you provided does not exist in our records.",
      ["AWSAccessKeyId": accessKey])
  }
}
