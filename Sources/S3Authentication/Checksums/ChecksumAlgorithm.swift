/// The checksums that S3 keeps with an object. The raw value is the name in its fields and documents.
public enum ChecksumAlgorithm: String, CaseIterable, Sendable {
  /// CRC-32 of ISO 3309.
  case crc32 = "CRC32"
  /// CRC-32C (Castagnoli).
  case crc32c = "CRC32C"
  /// CRC-64/NVME.
  case crc64nvme = "CRC64NVME"
  /// SHA-1.
  case sha1 = "SHA1"
  /// SHA-256.
  case sha256 = "SHA256"

  /// The length of a checksum in bytes; a CRC is written with its highest byte first.
  public var byteCount: Int {
    switch self {
    case .crc32, .crc32c: 4
    case .crc64nvme: 8
    case .sha1: 20
    case .sha256: 32
    }
  }

  /// The field or trailer that carries the checksum in base 64: `x-amz-checksum-crc32`.
  public var fieldName: String { "x-amz-checksum-\(rawValue.lowercased())" }

  /// The element that carries it in documents: `ChecksumCRC32`.
  public var elementName: String { "Checksum\(rawValue)" }

  /// The algorithm whose field is `fieldName` (in lower case); nil if it is no checksum's.
  public init?(fieldName: String) {
    guard let algorithm = Self.allCases.first(where: { $0.fieldName == fieldName }) else { return nil }
    self = algorithm
  }
}
