public import HTTPSemantics

/// What a client wants to be remembered of an object: the fields `x-amz-meta-…`.
///
/// Values are kept as they came, and those that are not ASCII go out as S3 writes them, encoded by RFC 2047: many clients
/// read no answer whose fields are anything else.
public struct UserMetadata: Sendable, Equatable {
  /// The most bytes that names, without their prefix, and values may have together.
  public static let maximumSize = 2048
  private static let prefix = "x-amz-meta-"

  /// The entries in the order of their names, which are lower-case and without `x-amz-meta-`. No name stands twice.
  public let entries: [NameValuePair]

  /// Takes the metadata out of a request. Fields of one name are joined by commas.
  ///
  /// - Throws: `MetadataTooLarge`.
  public init(_ headers: HeaderFields) throws(S3Error) {
    var names: Set<String> = []
    for field in headers.fields {
      let name = field.name.asciiLowercased
      if name.hasPrefix(Self.prefix), name.utf8.count > Self.prefix.utf8.count { names.insert(name) }
    }
    self.init(
      names.sorted().map { name in
        NameValuePair(String(name.dropFirst(Self.prefix.count)), headers.list(of: name) ?? "")
      })
    let size = entries.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    guard size <= Self.maximumSize else { throw .metadataTooLarge(size: size, maximum: Self.maximumSize) }
  }

  /// Metadata that were checked before.
  public init(_ entries: [NameValuePair]) {
    self.entries = entries
  }

  /// Adds the metadata to the fields of an answer.
  public func apply(to headers: inout HeaderFields) {
    for entry in entries { headers.set(Self.prefix + entry.name, EncodedWord.encode(entry.value)) }
  }
}
