internal import CFastCGI

/// The first 8 bytes of every record (section 3.3).
public struct RecordHeader: Hashable, Sendable {
  /// Its length on the wire.
  public static let length = Int(FCGI_HEADER_LEN)
  /// The most content that a record can carry, in bytes.
  public static let maximumContentLength = Int(FCGI_MAX_LENGTH)
  /// The most content that is a multiple of 8 bytes, so that what follows stays aligned without padding.
  public static let alignedContentLength = 65_528

  /// The protocol's version, 1.
  public var version: UInt8
  /// What the record is.
  public var type: RecordType
  /// Which request it belongs to; 0 for management records.
  public var requestID: UInt16
  /// Bytes of content, 0…65,535.
  public var contentLength: Int
  /// Bytes to skip behind the content, 0…255.
  public var paddingLength: Int

  /// A header of version 1.
  public init(type: RecordType, requestID: UInt16, contentLength: Int, paddingLength: Int = 0) {
    version = UInt8(FCGI_VERSION_1)
    self.type = type
    self.requestID = requestID
    self.contentLength = contentLength
    self.paddingLength = paddingLength
  }

  /// Reads a header from 8 bytes in network order, packed into one number.
  init(bytes: UInt64) {
    version = UInt8(truncatingIfNeeded: bytes >> 56)
    type = RecordType(rawValue: UInt8(truncatingIfNeeded: bytes >> 48))
    requestID = UInt16(truncatingIfNeeded: bytes >> 32)
    contentLength = Int(UInt16(truncatingIfNeeded: bytes >> 16))
    paddingLength = Int(UInt8(truncatingIfNeeded: bytes >> 8))
  }
}
