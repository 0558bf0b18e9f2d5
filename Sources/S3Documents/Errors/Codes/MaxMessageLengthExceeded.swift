import HTTPSemantics

extension S3Error {
  /// The document is larger than such a document may be.
  public static let maxMessageLengthExceeded = S3Error(
    "MaxMessageLengthExceeded", .badRequest,
    "Your request was too large.")
}
