public import HTTPSemantics
public import Posix

/// A multipart upload that has begun.
public struct MultipartUpload: Equatable, Sendable {
  /// Its id.
  public var identifier: String
  /// The key that the object will have.
  public var key: [UInt8]
  /// The metadata that the object will have; entity tag, size and checksums follow from the parts.
  public var metadata: ObjectMetadata
  /// The checksum algorithm that was announced; nil where none was.
  public var checksumAlgorithm: String?

  /// An upload.
  public init(identifier: String, key: [UInt8], metadata: ObjectMetadata, checksumAlgorithm: String?) {
    self.identifier = identifier
    self.key = key
    self.metadata = metadata
    self.checksumAlgorithm = checksumAlgorithm
  }
}

/// A part of a multipart upload.
public struct UploadedPart: Equatable, Sendable {
  /// The most parts of an upload.
  public static let limit = 10_000

  /// 1…10,000.
  public var number: Int
  /// Length in bytes.
  public var size: UInt64
  /// The MD5 in hexadecimal.
  public var etag: String
  /// When it was put.
  public var modified: Timestamp
  /// Checksums in Base64, by algorithm.
  public var checksums: [NameValuePair]
  /// CRC-32 of the bytes.
  public var crc32: UInt32

  /// A part.
  public init(
    number: Int, size: UInt64, etag: String, modified: Timestamp, checksums: [NameValuePair], crc32: UInt32
  ) {
    self.number = number
    self.size = size
    self.etag = etag
    self.modified = modified
    self.checksums = checksums
    self.crc32 = crc32
  }
}
