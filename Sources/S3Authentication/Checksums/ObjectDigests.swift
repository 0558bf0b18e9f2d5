internal import HTTPSemantics
public import S3Documents

/// The checksums of a whole object.
public struct ObjectDigests: Sendable, Equatable {
  /// The MD5 (16 bytes), nil if it was not wanted.
  public let md5: [UInt8]?
  /// The checksums that were wanted, as bytes.
  public let checksums: [ChecksumAlgorithm: [UInt8]]

  /// Those that were found out apart from each other.
  public init(md5: [UInt8]?, checksums: [ChecksumAlgorithm: [UInt8]]) {
    self.md5 = md5
    self.checksums = checksums
  }

  /// A checksum in base 64, as fields and documents carry it; nil if it was not wanted.
  public func encoded(_ algorithm: ChecksumAlgorithm) -> String? {
    checksums[algorithm].map { Base64.standard.encode($0) }
  }
}
