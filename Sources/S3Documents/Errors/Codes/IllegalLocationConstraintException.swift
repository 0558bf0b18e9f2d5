import HTTPSemantics

extension S3Error {
  /// The bucket was asked for in a region that is not this server's.
  public static let illegalLocationConstraintException = S3Error(
    "IllegalLocationConstraintException", .badRequest,
    "The specified location constraint is incompatible for the region specific endpoint this "
      + "request was sent to.")
}
