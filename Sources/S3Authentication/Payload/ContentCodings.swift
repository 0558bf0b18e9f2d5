/// The list of a `Content-Encoding` field (RFC 9110, section 8.4).
enum ContentCodings {
  /// The coding that stands for S3's framing of a body, which no object has.
  static let chunked = "aws-chunked"

  static func contains(_ coding: String, in value: String) -> Bool {
    codings(value).contains { $0.lowercased() == coding }
  }

  private static func codings(_ value: String) -> [String] {
    value.split(separator: ",").compactMap { coding in
      let trimmed = coding.drop { $0 == " " || $0 == "\t" }
      guard let last = trimmed.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
      return String(trimmed[...last])
    }
  }
}
