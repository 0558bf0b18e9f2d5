import HTTPSemantics

extension S3Error {
  /// There is no such storage class.
  public static func invalidStorageClass(_ storageClass: String) -> S3Error {
    S3Error(
      "InvalidStorageClass", .badRequest,
      "The storage class you specified is not valid",
      ["StorageClassRequested": storageClass])
  }
}
