import HTTPSemantics

extension S3Error {
  /// The parts named on completion do not ascend.
  public static let invalidPartOrder = S3Error(
    "InvalidPartOrder", .badRequest,
    "The list of parts was not in ascending order. The parts list must be specified in order "
      + "by part number.")
}
