import HTTPSemantics

extension S3Error {
  /// The request does not go with the bucket's state.
  public static func invalidBucketState(
    _ message: String =
      "The request is not valid for the current state of the bucket."
  ) -> S3Error {
    S3Error("InvalidBucketState", .conflict, message)
  }
}
