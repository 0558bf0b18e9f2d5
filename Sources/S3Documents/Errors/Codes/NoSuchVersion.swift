import HTTPSemantics

extension S3Error {
  /// The object has no such version.
  public static func noSuchVersion(_ versionID: String) -> S3Error {
    S3Error(
      "NoSuchVersion", .notFound,
      "The specified version does not exist.",
      ["VersionId": versionID])
  }
}
