import HTTPSemantics

extension S3Error {
  /// The form of a form upload has no `key`.
  public static let userKeyMustBeSpecified = S3Error(
    "UserKeyMustBeSpecified", .badRequest,
    "The bucket POST must contain the specified field name. If it is specified, check the "
      + "order of the fields.")
}
