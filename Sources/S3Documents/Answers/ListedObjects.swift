internal import HTTPSemantics

/// A page of ListObjectsV2, as an S3 server sends it to those who ask it.
public struct ListedObjects: Sendable, Equatable {
  /// One object of the page.
  public struct Entry: Sendable, Equatable {
    /// The key, decoded.
    public let key: String
    /// The length in bytes.
    public let size: UInt64
    /// The entity tag without its quotes; empty where the server names none.
    public let entityTag: String
    /// When it was last written, in seconds since 1970; nil where the server does not say so in a form that is read.
    public let modified: Int64?

    /// An object.
    public init(key: String, size: UInt64, entityTag: String, modified: Int64?) {
      self.key = key
      self.size = size
      self.entityTag = entityTag
      self.modified = modified
    }
  }

  /// The objects, in the order of the server.
  public let entries: [Entry]
  /// What a request names that asks for the next page; nil on the last one.
  public let nextToken: String?

  /// Reads a document.
  /// - Throws: `MalformedXML` where it is no such page, or says that there is more without saying how to ask for it.
  public init(parsing bytes: [UInt8]) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "ListBucketResult", nil, limits: .large)
    let isEncoded: Bool
    switch try root.optionalText(of: "EncodingType") {
    case nil, "": isEncoded = false
    case "url": isEncoded = true
    default: throw .malformedXML
    }
    var entries: [Entry] = []
    for element in root.all("Contents") {
      let text = try element.text(of: "Key")
      guard
        let key = isEncoded ? Self.decoded(text) : text, let size = try element.text(of: "Size").trimmed.decimalNumber
      else { throw .malformedXML }
      entries.append(
        Entry(
          key: key, size: size, entityTag: Quotes.stripped(try element.optionalText(of: "ETag") ?? ""),
          modified: try element.optionalText(of: "LastModified").flatMap { RFC3339.parse($0.trimmed) }))
    }
    self.entries = entries
    guard try root.flag("IsTruncated") else {
      nextToken = nil
      return
    }
    let token = try root.text(of: "NextContinuationToken")
    guard !token.isEmpty else { throw .malformedXML }
    nextToken = token
  }

  /// Servers write a space as `+` or `%20`, and the plus sign as `%2B`.
  private static func decoded(_ text: String) -> String? {
    guard let bytes = try? PercentEncoding.decode(text.utf8, plusIsSpace: true) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
