import HTTPSemantics

/// The object that CopyObject or UploadPartCopy copies: the field `x-amz-copy-source`.
public struct CopySource: Sendable, Equatable {
  /// The bucket.
  public let bucket: BucketName
  /// The key.
  public let key: ObjectKey
  /// The version, as it was named.
  public let versionID: String?

  /// Reads the field: bucket and key, percent-encoded, with or without a slash before them, and the version behind
  /// `?versionId=`. A `+` is a plus sign.
  ///
  /// - Throws: `InvalidArgument`, or what the names throw.
  public init(_ value: String) throws(S3Error) {
    var path = value.utf8[...]
    var versionID: String?
    if let mark = path.firstIndex(of: UInt8(ascii: "?")) {
      let query = path[path.index(after: mark)...]
      guard let parameters = try? QueryParameters(parsing: Array(query)) else { throw Self.invalid(value) }
      guard parameters.parameters.count <= 1 else { throw Self.invalid(value) }
      versionID = parameters.first("versionId")
      guard versionID != nil || query.isEmpty else { throw Self.invalid(value) }
      path = path[..<mark]
    }
    guard var bytes = (try? PercentEncoding.decode(Array(path)))?[...] else { throw Self.invalid(value) }
    if bytes.first == UInt8(ascii: "/") { bytes = bytes.dropFirst() }
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), slash + 1 < bytes.endIndex else {
      throw Self.invalid(value)
    }
    bucket = try BucketName(String(decoding: bytes[..<slash], as: UTF8.self))
    key = try ObjectKey(Array(bytes[(slash + 1)...]))
    self.versionID = versionID
  }

  private static func invalid(_ value: String) -> S3Error {
    .invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", name: "x-amz-copy-source",
      value: value)
  }
}
