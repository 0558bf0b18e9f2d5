/// What is known of a multipart upload that is under way.
public struct UploadSummary: Sendable, Equatable {
  /// The key of the object that is to be.
  public let key: ObjectKey
  /// The upload's id.
  public let uploadID: String
  /// Who began it.
  public let initiator: Owner
  /// When, in seconds since 1970.
  public let initiated: Int64
  /// The algorithm of the parts' checksums, if they have any.
  public let checksumAlgorithm: ChecksumAlgorithm?
  /// What the object's checksum will be made of.
  public let checksumType: ChecksumType?
  /// The storage class that the object is to have.
  public let storageClass: StorageClass

  /// An upload.
  public init(
    key: ObjectKey, uploadID: String, initiator: Owner, initiated: Int64,
    checksumAlgorithm: ChecksumAlgorithm? = nil, checksumType: ChecksumType? = nil,
    storageClass: StorageClass = .standard
  ) {
    self.key = key
    self.uploadID = uploadID
    self.initiator = initiator
    self.initiated = initiated
    self.checksumAlgorithm = checksumAlgorithm
    self.checksumType = checksumType
    self.storageClass = storageClass
  }

  fileprivate func write(to xml: inout XMLWriter, _ encoding: EncodingType?) {
    xml.element("Upload") { xml in
      xml.element("Key", encoding.encode(key.text))
      xml.element("UploadId", uploadID)
      xml.element("Initiator", initiator)
      xml.element("Owner", initiator)
      xml.element("StorageClass", storageClass.rawValue)
      xml.element("Initiated", time: initiated)
      xml.element(optional: "ChecksumAlgorithm", checksumAlgorithm?.rawValue)
      xml.element(optional: "ChecksumType", checksumType?.rawValue)
    }
  }
}

/// The answer to ListMultipartUploads.
public struct ListMultipartUploadsResult: Sendable {
  /// The bucket.
  public let bucket: BucketName
  /// What was asked for.
  public let request: ListUploadsRequest
  /// What there is.
  public let page: ListingPage<UploadSummary>

  /// An answer.
  public init(bucket: BucketName, request: ListUploadsRequest, page: ListingPage<UploadSummary>) {
    self.bucket = bucket
    self.request = request
    self.page = page
  }

  /// The document.
  public var document: [UInt8] {
    let scope = request.scope
    let encoding = EncodingType.chosen(scope.encoding, for: page.keys(\.key.text))
    return XMLWriter.document("ListMultipartUploadsResult") { xml in
      xml.element("Bucket", bucket.text)
      xml.element("KeyMarker", encoding.encode(request.keyMarker))
      xml.element("UploadIdMarker", request.uploadIDMarker)
      if let next = page.nextMarker {
        xml.element("NextKeyMarker", encoding.encode(next))
        let last = page.entries.last.flatMap { $0.key.text.hasSameBytes(as: next) ? $0 : nil }
        xml.element("NextUploadIdMarker", last?.uploadID ?? "")
      }
      xml.element("Prefix", encoding.encode(scope.prefix))
      xml.scope(scope, encoding, limitName: "MaxUploads", isTruncated: page.isTruncated)
      for entry in page.entries { entry.write(to: &xml, encoding) }
      xml.commonPrefixes(page.commonPrefixes, encoding)
    }
  }
}
