public import HTTPSemantics

// Refusals of access, and of what the server cannot do or cannot do now.

extension S3Error {
  /// Nothing allows the request, or something denies it.
  public static func accessDenied(_ message: String = "Access Denied.") -> S3Error {
    S3Error("AccessDenied", .forbidden, message)
  }

  /// No rule of the bucket's CORS configuration allows the preflighted request.
  public static func accessForbidden(method: String, resourceType: String) -> S3Error {
    S3Error(
      "AccessForbidden", .forbidden,
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of "
        + "Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers "
        + "are not whitelisted by the resource's CORS spec.",
      ["Method": method, "ResourceType": resourceType])
  }

  /// The bucket's ownership setting switches access control lists off.
  public static let accessControlListNotSupported = S3Error(
    "AccessControlListNotSupported", .badRequest,
    "The bucket does not allow ACLs")

  /// The bucket's access control list contradicts the ownership setting.
  public static let invalidBucketAclWithObjectOwnership = S3Error(
    "InvalidBucketAclWithObjectOwnership", .badRequest,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")

  /// The access control list is not of the schema.
  public static func malformedACLError(
    _ message: String =
      "The XML that you provided was not well formed or did not validate against our published "
      + "schema."
  ) -> S3Error {
    S3Error("MalformedACLError", .badRequest, message)
  }

  /// No account has the address that a grant names.
  public static func unresolvableGrantByEmailAddress(_ address: String) -> S3Error {
    S3Error(
      "UnresolvableGrantByEmailAddress", .badRequest,
      "The email address you provided does not match any account on record.",
      ["EmailAddress": address])
  }

  /// The resource does not take the method.
  public static func methodNotAllowed(_ method: HTTPMethod, resourceType: String) -> S3Error {
    S3Error(
      "MethodNotAllowed", .methodNotAllowed,
      "The specified method is not allowed against this resource.",
      ["Method": method.rawValue, "ResourceType": resourceType])
  }

  /// The request asks for a part of S3 that this server does not have. The header names the one that does, if one
  /// does.
  public static func notImplemented(header: String? = nil) -> S3Error {
    S3Error(
      "NotImplemented", .notImplemented,
      "A header you provided implies functionality that is not implemented",
      ["Header": header])
  }

  /// The request asks by a parameter of its query for what this server does not have.
  public static func notImplemented(parameter: String) -> S3Error {
    S3Error(
      "NotImplemented", .notImplemented,
      "A query parameter you provided implies functionality that is not implemented",
      ["ArgumentName": parameter])
  }

  /// The content did not arrive in time.
  public static let requestTimeout = S3Error(
    "RequestTimeout", .badRequest,
    "Your socket connection to the server was not read from or written to within the timeout "
      + "period.")

  /// The client sends too many requests.
  public static let slowDown = S3Error(
    "SlowDown", .serviceUnavailable,
    "Please reduce your request rate.")

  /// The server is overloaded or about to end.
  public static let serviceUnavailable = S3Error(
    "ServiceUnavailable", .serviceUnavailable,
    "Service is unable to handle request.")

  /// Nothing is changed for a while.
  public static let readOnly = S3Error(
    "ServiceUnavailable", .serviceUnavailable,
    "The store is read only at the moment. Try again later.")

  /// The server failed; its log tells why.
  public static let internalError = S3Error(
    "InternalError", .internalServerError,
    "We encountered an internal error. Please try again.")

  /// No space, no inodes, or a quota; S3 itself knows no such error.
  public static let storageFull = S3Error(
    "StorageFull", .insufficientStorage,
    "There is no space left to store the object.")
}
