import HTTPSemantics

extension S3Error {
  /// The target cannot be decoded to UTF-8.
  public static func invalidURI(_ uri: String? = nil) -> S3Error {
    S3Error(
      "InvalidURI", .badRequest,
      "Couldn't parse the specified URI.",
      ["URI": uri])
  }
}
