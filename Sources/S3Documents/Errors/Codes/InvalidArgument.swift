import HTTPSemantics

extension S3Error {
  /// A parameter, field or element has a value that makes no sense.
  public static func invalidArgument(_ message: String, name: String? = nil, value: String? = nil) -> S3Error {
    let isSecret = name.map { SecretNames.contains($0) } ?? false
    return S3Error(
      "InvalidArgument", .badRequest,
      message,
      ["ArgumentName": name, "ArgumentValue": isSecret ? SecretNames.replacement : value])
  }
}
