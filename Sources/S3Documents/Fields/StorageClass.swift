public import HTTPSemantics

/// The storage class that a request may ask for. There is one in truth, `STANDARD`.
public enum StorageClass {
  /// Takes note of `x-amz-storage-class`: S3's two oldest classes are taken, and are the same.
  ///
  /// - Throws: `InvalidStorageClass` for any other, which promises what this server does not keep.
  public static func check(_ headers: HeaderFields) throws(S3Error) {
    switch headers["x-amz-storage-class"] {
    case nil, "", "STANDARD", "REDUCED_REDUNDANCY": return
    case let other?: throw .invalidStorageClass(other)
    }
  }
}
