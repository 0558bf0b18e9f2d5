import HTTPSemantics

extension S3Error {
  /// The operation does not go with the object's state.
  public static func invalidObjectState(
    _ message: String =
      "The operation is not valid for the object's storage class"
  ) -> S3Error {
    S3Error("InvalidObjectState", .forbidden, message)
  }
}
