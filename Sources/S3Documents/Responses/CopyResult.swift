/// The answer to CopyObject and UploadPartCopy.
public struct CopyResult: Sendable {
  /// When the copy was stored, in seconds since 1970.
  public let lastModified: Int64
  /// The copy's entity tag without its quotes.
  public let etag: String
  /// The copy's checksum, if it has one.
  public let checksum: ObjectChecksum?

  /// An answer.
  public init(lastModified: Int64, etag: String, checksum: ObjectChecksum? = nil) {
    self.lastModified = lastModified
    self.etag = etag
    self.checksum = checksum
  }

  /// The document for a whole object.
  public var objectDocument: [UInt8] { document("CopyObjectResult") }

  /// The document for a part.
  public var partDocument: [UInt8] { document("CopyPartResult") }

  private func document(_ root: String) -> [UInt8] {
    XMLWriter.document(root) { xml in
      xml.element("LastModified", time: lastModified)
      xml.entityTag(etag)
      xml.checksum(checksum)
    }
  }
}
