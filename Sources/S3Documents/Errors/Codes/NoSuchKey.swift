import HTTPSemantics

extension S3Error {
  /// There is no object of that key.
  public static let noSuchKey = S3Error(
    "NoSuchKey", .notFound,
    "The specified key does not exist.")
}
