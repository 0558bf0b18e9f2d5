public import HTTPSemantics

/// The fields that ask for encryption on the server, or bring a key for it.
public enum Encryption {
  private static let prefixes = [
    "x-amz-server-side-encryption", "x-amz-copy-source-server-side-encryption",
  ]

  /// The first field of a request that is about encryption; nil if there is none.
  public static func field(in headers: HeaderFields) -> String? {
    headers.fields.lazy.map { $0.name.asciiLowercased }
      .first { name in prefixes.contains { name.hasPrefix($0) } }
  }
}
