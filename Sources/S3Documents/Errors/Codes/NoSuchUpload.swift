import HTTPSemantics

extension S3Error {
  /// There is no such multipart upload.
  public static func noSuchUpload(_ uploadID: String) -> S3Error {
    S3Error(
      "NoSuchUpload", .notFound,
      "The specified multipart upload does not exist. The upload ID might be invalid, or the "
        + "multipart upload might have been aborted or completed.",
      ["UploadId": uploadID])
  }
}
