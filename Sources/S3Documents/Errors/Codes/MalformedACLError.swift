import HTTPSemantics

extension S3Error {
  /// The access control list is not of the schema.
  public static func malformedACLError(
    _ message: String =
      "The XML that you provided was not well formed or did not validate against our published "
      + "schema."
  ) -> S3Error {
    S3Error("MalformedACLError", .badRequest, message)
  }
}
