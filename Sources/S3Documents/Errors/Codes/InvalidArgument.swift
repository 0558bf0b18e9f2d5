import HTTPSemantics

extension S3Error {
  /// A parameter, field or element has a value that makes no sense.
  public static func invalidArgument(_ message: String, name: String? = nil, value: String? = nil) -> S3Error {
    S3Error(
      "InvalidArgument", .badRequest,
      message,
      ["ArgumentName": name, "ArgumentValue": value])
  }
}
