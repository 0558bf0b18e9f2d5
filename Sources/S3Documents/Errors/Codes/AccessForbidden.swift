import HTTPSemantics

extension S3Error {
  /// No rule of the bucket's CORS configuration allows the preflighted request.
  public static func accessForbidden(method: String, resourceType: String) -> S3Error {
    S3Error(
      "AccessForbidden", .forbidden,
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of "
        + "Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers "
        + "are not whitelisted by the resource's CORS spec.",
      ["Method": method, "ResourceType": resourceType])
  }
}
