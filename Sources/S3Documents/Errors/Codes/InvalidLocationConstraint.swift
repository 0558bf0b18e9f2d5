import HTTPSemantics

extension S3Error {
  /// The text is no region.
  public static func invalidLocationConstraint(_ region: String) -> S3Error {
    S3Error(
      "InvalidLocationConstraint", .badRequest,
      "The specified location-constraint is not valid",
      ["LocationConstraint": region])
  }
}
