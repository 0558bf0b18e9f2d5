import HTTPSemantics

extension S3Error {
  /// No byte of the range exists. The size is in bytes.
  public static func invalidRange(requested: String, size: UInt64) -> S3Error {
    S3Error(
      "InvalidRange", .rangeNotSatisfiable,
      "The requested range is not satisfiable",
      ["RangeRequested": requested, "ActualObjectSize": String(size)])
  }
}
