/// The answer to GetObjectAttributes.
public struct GetObjectAttributesResponse: Sendable {
  /// The parts of an object that was uploaded in parts, as many as were asked for.
  public struct Parts: Sendable {
    /// How many parts the object has.
    public let count: Int
    /// Parts behind the marker.
    public let parts: [PartSummary]
    /// Whether there are more.
    public let isTruncated: Bool

    /// Parts.
    public init(count: Int, parts: [PartSummary], isTruncated: Bool) {
      self.count = count
      self.parts = parts
      self.isTruncated = isTruncated
    }
  }

  /// What was asked for.
  public let request: GetObjectAttributesRequest
  /// The entity tag without its quotes, without which this document has it.
  public let etag: String
  /// Bytes.
  public let size: UInt64
  /// The checksum, if the object has one.
  public let checksum: ObjectChecksum?
  /// The parts, if the object was uploaded in parts.
  public let parts: Parts?
  /// The storage class.
  public let storageClass: StorageClass

  /// An answer.
  public init(
    request: GetObjectAttributesRequest, etag: String, size: UInt64, checksum: ObjectChecksum?, parts: Parts?,
    storageClass: StorageClass = .standard
  ) {
    self.request = request
    self.etag = etag
    self.size = size
    self.checksum = checksum
    self.parts = parts
    self.storageClass = storageClass
  }

  /// The document, which has only what was asked for.
  public var document: [UInt8] {
    let wanted = request.attributes
    return XMLWriter.document("GetObjectAttributesResponse") { xml in
      if wanted.contains(.etag) { xml.element("ETag", etag) }
      if wanted.contains(.checksum), let checksum {
        xml.element("Checksum") { xml in xml.checksum(checksum) }
      }
      if wanted.contains(.objectParts), let parts { write(parts, to: &xml) }
      if wanted.contains(.storageClass) { xml.element("StorageClass", storageClass.rawValue) }
      if wanted.contains(.objectSize) { xml.element("ObjectSize", size) }
    }
  }

  private func write(_ parts: Parts, to xml: inout XMLWriter) {
    xml.element("ObjectParts") { xml in
      xml.element("PartsCount", parts.count)
      xml.element("PartNumberMarker", request.partMarker)
      if let last = parts.parts.last { xml.element("NextPartNumberMarker", last.number) }
      xml.element("MaxParts", request.partLimit)
      xml.element("IsTruncated", parts.isTruncated)
      for part in parts.parts {
        xml.element("Part") { xml in
          xml.element("PartNumber", part.number)
          xml.element("Size", part.size)
          xml.checksum(part.checksum)
        }
      }
    }
  }
}
