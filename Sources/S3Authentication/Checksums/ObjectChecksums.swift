internal import Digests
public import S3Documents

/// The checksums of one object under way: MD5, of which its ETag is made, and any of S3's.
public struct ObjectChecksums: ~Copyable, Sendable {
  private var md5: MD5?
  private var crc32: CRC32?
  private var crc32c: CRC32C?
  private var crc64nvme: CRC64NVME?
  private var sha1: SHA1?
  private var sha256: SHA256?

  /// Checksums of no bytes yet.
  public init(_ algorithms: Set<ChecksumAlgorithm>, md5 wantsMD5: Bool = true) {
    md5 = wantsMD5 ? MD5() : nil
    crc32 = algorithms.contains(.crc32) ? CRC32() : nil
    crc32c = algorithms.contains(.crc32c) ? CRC32C() : nil
    crc64nvme = algorithms.contains(.crc64nvme) ? CRC64NVME() : nil
    sha1 = algorithms.contains(.sha1) ? SHA1() : nil
    sha256 = algorithms.contains(.sha256) ? SHA256() : nil
  }

  /// Appends `bytes` to the object.
  public mutating func update(_ bytes: Span<UInt8>) {
    md5?.update(bytes)
    crc32?.update(bytes)
    crc32c?.update(bytes)
    crc64nvme?.update(bytes)
    sha1?.update(bytes)
    sha256?.update(bytes)
  }

  /// Ends the object.
  public consuming func finalize() -> ObjectDigests {
    var checksums: [ChecksumAlgorithm: [UInt8]] = [:]
    if let crc32 { checksums[.crc32] = crc32.value.bigEndianBytes }
    if let crc32c { checksums[.crc32c] = crc32c.value.bigEndianBytes }
    if let crc64nvme { checksums[.crc64nvme] = crc64nvme.value.bigEndianBytes }
    if let sha1 = sha1.take() { checksums[.sha1] = sha1.finalize() }
    if let sha256 = sha256.take() { checksums[.sha256] = sha256.finalize() }
    return ObjectDigests(md5: md5.take()?.finalize(), checksums: checksums)
  }
}
