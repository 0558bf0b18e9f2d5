internal import HTTPSemantics

/// The checksums by which a client may protect an object's content, beside its MD5. The raw value is S3's name.
public enum ChecksumAlgorithm: String, CaseIterable, Sendable {
  /// CRC-32 of ISO 3309, as zip has it.
  case crc32 = "CRC32"
  /// CRC-32 with Castagnoli's polynomial.
  case crc32c = "CRC32C"
  /// CRC-64 of the NVM Express specification.
  case crc64nvme = "CRC64NVME"
  /// SHA-1.
  case sha1 = "SHA1"
  /// SHA-256.
  case sha256 = "SHA256"

  /// The bytes that a checksum has; a CRC's are in network order.
  public var length: Int {
    switch self {
    case .crc32, .crc32c: 4
    case .crc64nvme: 8
    case .sha1: 20
    case .sha256: 32
    }
  }

  /// The field that carries a checksum: `x-amz-checksum-crc32`.
  public var fieldName: String { "x-amz-checksum-\(rawValue.asciiLowercased)" }

  /// The element that carries a checksum: `ChecksumCRC32`.
  public var elementName: String { "Checksum\(rawValue)" }

  /// The algorithm of that name in any case, as `x-amz-sdk-checksum-algorithm` and `x-amz-checksum-algorithm` have it.
  public init?(name: String) {
    guard let algorithm = Self.allCases.first(where: { $0.rawValue.equalsIgnoringASCIICase(name) }) else { return nil }
    self = algorithm
  }

  /// The algorithm whose checksum the field `fieldName` carries, in any case.
  public init?(fieldName: String) {
    guard let algorithm = Self.allCases.first(where: { $0.fieldName.equalsIgnoringASCIICase(fieldName) }) else {
      return nil
    }
    self = algorithm
  }

  /// How the checksum of a multipart object is made where the client does not say: of the parts' checksums for all
  /// but CRC-64, which S3 has for whole objects only.
  public var defaultMultipartType: ChecksumType {
    self == .crc64nvme ? .fullObject : .composite
  }

  /// Whether the checksum of a multipart object can be made that way: only those of CRCs can be joined.
  public func supports(_ type: ChecksumType) -> Bool {
    switch self {
    case .crc32, .crc32c: true
    case .crc64nvme: type == .fullObject
    case .sha1, .sha256: type == .composite
    }
  }
}

/// What the checksum of a multipart object is made of. The raw value is S3's name.
public enum ChecksumType: String, Sendable {
  /// The parts' checksums, one after another.
  case composite = "COMPOSITE"
  /// The whole content.
  case fullObject = "FULL_OBJECT"
}
