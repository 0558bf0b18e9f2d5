import HTTPSemantics

extension S3Error {
  /// Another write to the key came in between the condition and this write.
  public static let conditionalRequestConflict = S3Error(
    "ConditionalRequestConflict", .conflict,
    "A conflicting operation occurred during the processing of this conditional request. "
      + "Please try again.")
}
