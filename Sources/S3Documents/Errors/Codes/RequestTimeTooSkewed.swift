import HTTPSemantics

extension S3Error {
  /// The request was signed too long ago or in the future.
  public static func requestTimeTooSkewed(requestTime: String, serverTime: String, maximumSeconds: Int) -> S3Error {
    S3Error(
      "RequestTimeTooSkewed", .forbidden,
      "The difference between the request time and the server's time is too large.",
      ["RequestTime": requestTime, "ServerTime": serverTime, "MaxAllowedSkewMilliseconds": "\(maximumSeconds)000"])
  }
}
