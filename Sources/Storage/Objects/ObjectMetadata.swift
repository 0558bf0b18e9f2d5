public import HTTPSemantics
public import Posix

/// The metadata of an object. It travels with the file in an extended attribute.
public struct ObjectMetadata: Equatable, Sendable {
  /// The entity tag without quotes: the MD5 in hexadecimal, or `md5-of-md5s-N` of N parts.
  public var etag: String
  /// Length in bytes.
  public var size: UInt64
  /// When it was put.
  public var modified: Timestamp
  /// The media type that it is given out with.
  public var contentType: String
  /// Further header fields that it is given out with, such as Cache-Control, by lower-case name.
  public var headers: [NameValuePair]
  /// User metadata, by lower-case name without `x-amz-meta-`.
  public var userMetadata: [NameValuePair]
  /// Checksums in Base64, by the algorithm's name, such as `CRC32`.
  public var checksums: [NameValuePair]
  /// Whether the checksums are of the checksums of parts (`COMPOSITE`), not of the bytes (`FULL_OBJECT`).
  public var checksumsAreComposite: Bool
  /// Lengths of the parts that it was put together from; empty where it was put in one piece.
  public var partSizes: [UInt64]
  /// The parts' checksums in Base64, with the algorithm of the object's; empty where they were not kept.
  public var partChecksums: [String]
  /// CRC-32 of the bytes, for archives; nil where it is not known.
  public var crc32: UInt32?
  /// The account that put it.
  public var owner: String
  /// The canned access control list.
  public var acl: String
  /// Tags.
  public var tags: [NameValuePair]
  /// The storage class that was asked for; nil for the usual one.
  public var storageClass: String?
  /// The multipart upload that made it; nil where none did.
  public var uploadID: String?

  /// Metadata of a new object.
  public init(etag: String, size: UInt64, modified: Timestamp, contentType: String, owner: String) {
    self.etag = etag
    self.size = size
    self.modified = modified
    self.contentType = contentType
    self.owner = owner
    headers = []
    userMetadata = []
    checksums = []
    checksumsAreComposite = false
    partSizes = []
    partChecksums = []
    crc32 = nil
    acl = "private"
    tags = []
    storageClass = nil
    uploadID = nil
  }
}
