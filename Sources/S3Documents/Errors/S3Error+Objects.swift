import HTTPSemantics

// Errors about objects, their versions, and uploads in parts.

extension S3Error {
  /// There is no object of that key.
  public static let noSuchKey = S3Error(
    "NoSuchKey", .notFound,
    "The specified key does not exist.")

  /// The object has no such version.
  public static func noSuchVersion(_ versionID: String) -> S3Error {
    S3Error(
      "NoSuchVersion", .notFound,
      "The specified version does not exist.",
      ["VersionId": versionID])
  }

  /// There is no such multipart upload.
  public static func noSuchUpload(_ uploadID: String) -> S3Error {
    S3Error(
      "NoSuchUpload", .notFound,
      "The specified multipart upload does not exist. The upload ID might be invalid, or the "
        + "multipart upload might have been aborted or completed.",
      ["UploadId": uploadID])
  }

  /// The bucket never overwrites, and the key is taken.
  public static let objectAlreadyExists = S3Error(
    "ObjectAlreadyExists", .conflict,
    "The specified key already exists, and this bucket does not overwrite objects.")

  /// A condition is false; it is named by its field, such as `If-Match`.
  public static func preconditionFailed(condition: String) -> S3Error {
    S3Error(
      "PreconditionFailed", .preconditionFailed,
      "At least one of the preconditions you specified did not hold",
      ["Condition": condition])
  }

  /// Another write to the key came in between the condition and this write.
  public static let conditionalRequestConflict = S3Error(
    "ConditionalRequestConflict", .conflict,
    "A conflicting operation occurred during the processing of this conditional request. "
      + "Please try again.")

  /// No byte of the range exists. The size is in bytes.
  public static func invalidRange(requested: String, size: UInt64) -> S3Error {
    S3Error(
      "InvalidRange", .rangeNotSatisfiable,
      "The requested range is not satisfiable",
      ["RangeRequested": requested, "ActualObjectSize": String(size)])
  }

  /// A part named on completion was not uploaded, or has another entity tag.
  public static func invalidPart(uploadID: String, partNumber: Int, etag: String) -> S3Error {
    S3Error(
      "InvalidPart", .badRequest,
      "One or more of the specified parts could not be found. The part may not have been "
        + "uploaded, or the specified entity tag may not match the part's entity tag.",
      ["UploadId": uploadID, "PartNumber": String(partNumber), "ETag": etag])
  }

  /// The parts named on completion do not ascend.
  public static let invalidPartOrder = S3Error(
    "InvalidPartOrder", .badRequest,
    "The list of parts was not in ascending order. The parts list must be specified in order "
      + "by part number.")

  /// The object is larger than an object may be. Sizes are in bytes.
  public static func entityTooLarge(proposedSize: UInt64? = nil, maximum: UInt64) -> S3Error {
    S3Error(
      "EntityTooLarge", .badRequest,
      "Your proposed upload exceeds the maximum allowed size.",
      ["ProposedSize": proposedSize.map { String($0) }, "MaxSizeAllowed": String(maximum)])
  }

  /// A form's content, or a part but the last, is smaller than it may be. Sizes are in bytes.
  public static func entityTooSmall(proposedSize: UInt64, minimum: UInt64) -> S3Error {
    S3Error(
      "EntityTooSmall", .badRequest,
      "Your proposed upload is smaller than the minimum allowed size.",
      ["ProposedSize": String(proposedSize), "MinSizeAllowed": String(minimum)])
  }

  /// The key is longer than a key may be. Sizes are in bytes.
  public static func keyTooLongError(size: Int, maximum: Int) -> S3Error {
    S3Error(
      "KeyTooLongError", .badRequest,
      "Your key is too long",
      ["Size": String(size), "MaxSizeAllowed": String(maximum)])
  }

  /// The key stands for more folders than one may have.
  public static func keyTooDeep(maximum: Int) -> S3Error {
    S3Error(
      "KeyTooLongError", .badRequest,
      "Your key is too long: a key may have \(maximum) slashes at the most.",
      ["MaxSlashesAllowed": String(maximum)])
  }

  /// The user metadata is larger than they may be. Sizes are in bytes.
  public static func metadataTooLarge(size: Int, maximum: Int) -> S3Error {
    S3Error(
      "MetadataTooLarge", .badRequest,
      "Your metadata headers exceed the maximum allowed metadata size",
      ["Size": String(size), "MaxSizeAllowed": String(maximum)])
  }

  /// There is no such storage class.
  public static func invalidStorageClass(_ storageClass: String) -> S3Error {
    S3Error(
      "InvalidStorageClass", .badRequest,
      "The storage class you specified is not valid",
      ["StorageClassRequested": storageClass])
  }

  /// A tag is too long, stands twice, is reserved, has characters that tags have not, or is one too many.
  public static func invalidTag(_ message: String, key: String? = nil, value: String? = nil) -> S3Error {
    S3Error(
      "InvalidTag", .badRequest,
      message,
      ["TagKey": key, "TagValue": value])
  }
}
