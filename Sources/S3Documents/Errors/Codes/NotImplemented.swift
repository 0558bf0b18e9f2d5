import HTTPSemantics

extension S3Error {
  /// The request asks for a part of S3 that this server does not have. The header names the one that does, if one
  /// does.
  public static func notImplemented(header: String? = nil) -> S3Error {
    S3Error(
      "NotImplemented", .notImplemented,
      "A header you provided implies functionality that is not implemented",
      ["Header": header])
  }
}
