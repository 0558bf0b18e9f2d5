/// The answer to CompleteMultipartUpload.
public struct CompleteMultipartUploadResult: Sendable {
  /// The object's URL.
  public let location: String
  /// The bucket.
  public let bucket: BucketName
  /// The key.
  public let key: ObjectKey
  /// The object's entity tag without its quotes.
  public let etag: String
  /// The object's checksum, if it has one.
  public let checksum: ObjectChecksum?

  /// An answer.
  public init(location: String, bucket: BucketName, key: ObjectKey, etag: String, checksum: ObjectChecksum? = nil) {
    self.location = location
    self.bucket = bucket
    self.key = key
    self.etag = etag
    self.checksum = checksum
  }

  /// The document.
  public var document: [UInt8] {
    XMLWriter.document("CompleteMultipartUploadResult") { xml in
      xml.element("Location", location)
      xml.element("Bucket", bucket.text)
      xml.element("Key", key.text)
      xml.entityTag(etag)
      xml.checksum(checksum)
    }
  }
}
