/// What the bytes of a file amount to.
public struct ContentDigests: Equatable, Sendable {
  /// Length in bytes.
  public var size: UInt64
  /// CRC-32, as zip archives carry it.
  public var crc32: UInt32
  /// SHA-256, 32 bytes.
  public var sha256: [UInt8]
  /// MD5, 16 bytes; nil where nobody has asked for it yet. Only the object store shows it.
  public var md5: [UInt8]?

  /// Digests that were computed elsewhere.
  public init(size: UInt64, crc32: UInt32, sha256: [UInt8], md5: [UInt8]? = nil) {
    self.size = size
    self.crc32 = crc32
    self.sha256 = sha256
    self.md5 = md5
  }

  /// Whether both are digests of the same bytes, whether or not each has an MD5.
  public func areOfSameBytes(as other: ContentDigests) -> Bool {
    (size, crc32, sha256) == (other.size, other.crc32, other.sha256)
  }
}
