import HTTPSemantics

extension S3Error {
  /// The server-side encryption that was asked for does not exist.
  public static let invalidEncryptionAlgorithmError = S3Error(
    "InvalidEncryptionAlgorithmError", .badRequest,
    "The encryption request that you specified is not valid. The valid value is AES256.")
}
