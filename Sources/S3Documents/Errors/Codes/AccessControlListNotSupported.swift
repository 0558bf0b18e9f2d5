import HTTPSemantics

extension S3Error {
  /// The bucket's ownership setting switches access control lists off.
  public static let accessControlListNotSupported = S3Error(
    "AccessControlListNotSupported", .badRequest,
    "The bucket does not allow ACLs")
}
