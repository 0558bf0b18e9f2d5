import HTTPSemantics

extension S3Error {
  /// No space, no inodes, or a quota; S3 itself knows no such error.
  public static let storageFull = S3Error(
    "StorageFull", .insufficientStorage,
    "There is no space left to store the object.")
}
