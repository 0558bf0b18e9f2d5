import HTTPSemantics

extension S3Error {
  /// The document is not well formed, or not of the schema.
  public static let malformedXML = S3Error(
    "MalformedXML", .badRequest,
    "The XML that you provided was not well formed or did not validate against our published "
      + "schema.")
}
