public import HTTPSemantics

/// The document of DeleteObjects: up to 1,000 objects that are to go.
public struct DeleteRequest: Sendable, Equatable {
  /// The most objects that one request may name.
  public static let limit = 1000

  /// An object that is to go, and under which conditions.
  public struct Object: Sendable, Equatable {
    /// The key.
    public let key: ObjectKey
    /// The version, as it was named.
    public let versionID: String?
    /// The entity tag that the object must have, without its quotes; `*` for any.
    public let etag: String?
    /// When the object must have been stored, in seconds since 1970.
    public let lastModified: Int64?
    /// The bytes that the object must have.
    public let size: UInt64?

    /// An object.
    public init(
      key: ObjectKey, versionID: String? = nil, etag: String? = nil, lastModified: Int64? = nil, size: UInt64? = nil
    ) {
      self.key = key
      self.versionID = versionID
      self.etag = etag
      self.lastModified = lastModified
      self.size = size
    }

    /// An object that a DeleteObject is about, with the conditions in the fields of the request: `If-Match`,
    /// `x-amz-if-match-last-modified-time` and `x-amz-if-match-size`.
    ///
    /// - Throws: `InvalidArgument`.
    public init(key: ObjectKey, versionID: String?, headers: HeaderFields) throws(S3Error) {
      self.key = key
      self.versionID = versionID
      etag = headers["if-match"].map(Quotes.stripped)
      lastModified = try Self.value(headers, "x-amz-if-match-last-modified-time", Self.time)
      size = try Self.value(headers, "x-amz-if-match-size") { $0.decimalNumber }
    }

    private static func value<Value>(
      _ headers: HeaderFields, _ name: String, _ parse: (String) -> Value?
    ) throws(S3Error) -> Value? {
      guard let text = headers[name], !text.isEmpty else { return nil }
      guard let value = parse(text) else {
        throw .invalidArgument("Value for \(name) header is invalid.", name: name, value: text)
      }
      return value
    }

    /// botocore writes this date as HTTP does, others as ISO 8601 has it.
    fileprivate static func time(_ text: String) -> Int64? {
      RFC3339.parse(text) ?? HTTPDate.parse(text)
    }
  }

  /// The objects in their order; one may stand more than once.
  public let objects: [Object]
  /// Whether the answer is to name only what failed.
  public let isQuiet: Bool

  private static let shape = ElementShape.elements(
    ["Quiet": .text],
    repeated: ["Object": .texts("Key", "VersionId", "ETag", "LastModifiedTime", "Size")])

  /// Reads the document.
  ///
  /// - Throws: `MalformedXML`, also for no object and for more than 1,000, or what a key throws.
  public init(_ bytes: [UInt8]) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "Delete", Self.shape, limits: .large)
    isQuiet = try root.flag("Quiet")
    let elements = root.all("Object")
    guard (1...Self.limit).contains(elements.count) else { throw .malformedXML }
    var objects: [Object] = []
    for element in elements { objects.append(try Object(element)) }
    self.objects = objects
  }
}

extension DeleteRequest.Object {
  fileprivate init(_ element: XMLElement) throws(S3Error) {
    key = try ObjectKey(try element.text(of: "Key"))
    versionID = try element.optionalText(of: "VersionId")
    etag = try element.optionalText(of: "ETag").map(Quotes.stripped)
    if let text = try element.optionalText(of: "LastModifiedTime") {
      guard let time = Self.time(text) else { throw .malformedXML }
      lastModified = time
    } else {
      lastModified = nil
    }
    if let text = try element.optionalText(of: "Size") {
      guard let size = text.decimalNumber else { throw .malformedXML }
      self.size = size
    } else {
      size = nil
    }
  }
}
