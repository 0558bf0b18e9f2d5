public import HTTPSemantics

extension S3Error {
  /// The resource does not take the method.
  public static func methodNotAllowed(_ method: HTTPMethod, resourceType: String) -> S3Error {
    S3Error(
      "MethodNotAllowed", .methodNotAllowed,
      "The specified method is not allowed against this resource.",
      ["Method": method.rawValue, "ResourceType": resourceType])
  }
}
