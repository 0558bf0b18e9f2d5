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

  /// The request asks by a parameter of its query for what this server does not have.
  public static func notImplemented(parameter: String) -> S3Error {
    S3Error(
      "NotImplemented", .notImplemented,
      "A query parameter you provided implies functionality that is not implemented",
      ["ArgumentName": parameter])
  }
}
