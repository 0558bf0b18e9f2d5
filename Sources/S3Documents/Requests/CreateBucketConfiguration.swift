internal import HTTPSemantics

/// The document that CreateBucket may have.
public struct CreateBucketConfiguration: Sendable, Equatable {
  /// The region that the bucket is wanted in; nil for the server's own.
  public let location: String?
  /// The tags that the bucket is to have.
  public let tags: TagSet?

  private static let shape = ElementShape.elements(["LocationConstraint": .text, "Tags": TagSet.shape])

  /// Reads the document, which may be no byte at all.
  ///
  /// - Throws: `MalformedXML`, `InvalidLocationConstraint` for what is no region's name, or what tags throw.
  public init(_ bytes: [UInt8]) throws(S3Error) {
    guard !bytes.isEmpty else {
      location = nil
      tags = nil
      return
    }
    let root = try RequestDocument.parse(bytes, root: "CreateBucketConfiguration", Self.shape)
    let location = try root.optionalText(of: "LocationConstraint")?.trimmed ?? ""
    guard location.utf8.count <= 64, location.utf8.allSatisfy(Self.isOfRegion) else {
      throw .invalidLocationConstraint(location)
    }
    self.location = location.isEmpty ? nil : location
    if let tags = root.first("Tags") {
      self.tags = try TagSet(element: tags, limit: TagSet.bucketLimit)
    } else {
      tags = nil
    }
  }

  private static func isOfRegion(_ byte: UInt8) -> Bool {
    ASCII.isDigit(byte) || ASCII.isLowercaseLetter(ASCII.lowercased(byte)) || "-_:".utf8.contains(byte)
  }
}
