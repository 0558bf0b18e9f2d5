import HTTPSemantics

extension S3Error {
  /// A condition is false; it is named by its field, such as `If-Match`.
  public static func preconditionFailed(condition: String) -> S3Error {
    S3Error(
      "PreconditionFailed", .preconditionFailed,
      "At least one of the preconditions you specified did not hold",
      ["Condition": condition])
  }
}
