public import HTTPSemantics

/// Whether a copy keeps what its source has, or has what the request brings. The raw value is S3's name.
public enum CopyDirective: String, Sendable {
  /// What the source has.
  case copy = "COPY"
  /// What the request brings.
  case replace = "REPLACE"

  /// The directive about metadata: `x-amz-metadata-directive`.
  ///
  /// - Throws: `InvalidArgument`.
  public static func metadata(_ headers: HeaderFields) throws(S3Error) -> CopyDirective {
    try read(headers, "x-amz-metadata-directive", "Unknown metadata directive.")
  }

  /// The directive about tags: `x-amz-tagging-directive`.
  ///
  /// - Throws: `InvalidArgument`.
  public static func tagging(_ headers: HeaderFields) throws(S3Error) -> CopyDirective {
    try read(headers, "x-amz-tagging-directive", "Unknown tagging directive.")
  }

  private static func read(
    _ headers: HeaderFields, _ name: String, _ message: String
  ) throws(S3Error) -> CopyDirective {
    guard let value = headers[name], !value.isEmpty else { return .copy }
    guard let directive = CopyDirective(rawValue: value) else {
      throw .invalidArgument(message, name: name, value: value)
    }
    return directive
  }
}
