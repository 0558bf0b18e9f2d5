internal import Digests

/// Digests bytes as they come: length, CRC-32 and SHA-256.
public struct ContentDigester: ~Copyable, Sendable {
  private var size: UInt64 = 0
  private var crc32 = CRC32()
  private var sha256 = SHA256()

  /// Digests of no bytes yet.
  public init() {}

  /// Takes the next bytes.
  public mutating func update(_ bytes: Span<UInt8>) {
    size += UInt64(bytes.count)
    crc32.update(bytes)
    sha256.update(bytes)
  }

  /// Ends the content. The MD5, which takes longer than all else, is not among its digests.
  public consuming func finalize() -> ContentDigests {
    ContentDigests(size: size, crc32: crc32.value, sha256: sha256.finalize())
  }
}
