import HTTPSemantics

extension S3Error {
  /// A part named on completion was not uploaded, or has another entity tag.
  public static func invalidPart(uploadID: String, partNumber: Int, etag: String) -> S3Error {
    S3Error(
      "InvalidPart", .badRequest,
      "One or more of the specified parts could not be found. The part may not have been "
        + "uploaded, or the specified entity tag may not match the part's entity tag.",
      ["UploadId": uploadID, "PartNumber": String(partNumber), "ETag": etag])
  }
}
