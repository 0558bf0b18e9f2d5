/// What is known of a part.
public struct PartSummary: Sendable, Equatable {
  /// 1 to 10,000.
  public let number: Int
  /// When it was stored, in seconds since 1970.
  public let lastModified: Int64
  /// The entity tag without its quotes.
  public let etag: String
  /// Bytes.
  public let size: UInt64
  /// The checksum, if it has one.
  public let checksum: ObjectChecksum?

  /// A part.
  public init(number: Int, lastModified: Int64, etag: String, size: UInt64, checksum: ObjectChecksum? = nil) {
    self.number = number
    self.lastModified = lastModified
    self.etag = etag
    self.size = size
    self.checksum = checksum
  }
}

/// The answer to ListParts.
public struct ListPartsResult: Sendable {
  /// The bucket.
  public let bucket: BucketName
  /// The upload whose parts they are.
  public let upload: UploadSummary
  /// What was asked for.
  public let request: ListPartsRequest
  /// Parts behind the marker, in the order of their numbers, as many as were asked for at most.
  public let parts: [PartSummary]
  /// Whether there are more.
  public let isTruncated: Bool

  /// An answer.
  public init(
    bucket: BucketName, upload: UploadSummary, request: ListPartsRequest, parts: [PartSummary], isTruncated: Bool
  ) {
    self.bucket = bucket
    self.upload = upload
    self.request = request
    self.parts = parts
    self.isTruncated = isTruncated
  }

  /// The document.
  public var document: [UInt8] {
    let encoding = EncodingType.chosen(request.encoding, for: CollectionOfOne(upload.key.text))
    return XMLWriter.document("ListPartsResult") { xml in
      xml.element("Bucket", bucket.text)
      xml.element(optional: "EncodingType", encoding?.rawValue)
      xml.element("Key", encoding.encode(upload.key.text))
      xml.element("UploadId", upload.uploadID)
      xml.element("Initiator", upload.initiator)
      xml.element("Owner", upload.initiator)
      xml.element("StorageClass", upload.storageClass.rawValue)
      xml.element("PartNumberMarker", request.marker)
      xml.element("NextPartNumberMarker", parts.last?.number ?? 0)
      xml.element("MaxParts", request.limit)
      xml.element("IsTruncated", isTruncated)
      xml.element(optional: "ChecksumAlgorithm", upload.checksumAlgorithm?.rawValue)
      xml.element(optional: "ChecksumType", upload.checksumType?.rawValue)
      for part in parts { part.write(to: &xml) }
    }
  }
}

extension PartSummary {
  fileprivate func write(to xml: inout XMLWriter) {
    xml.element("Part") { xml in
      xml.element("PartNumber", number)
      xml.element("LastModified", time: lastModified)
      xml.entityTag(etag)
      xml.element("Size", size)
      xml.checksum(checksum)
    }
  }
}
