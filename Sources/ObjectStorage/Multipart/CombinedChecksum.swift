internal import Digests
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents
internal import Storage

/// The checksum of an object that was put in parts, from those of the parts.
enum CombinedChecksum {
  /// The checksum of the parts' checksums, with their number (`COMPOSITE`); nil where a part has none.
  static func composite(_ algorithm: ChecksumAlgorithm, of parts: [UploadedPart]) -> String? {
    guard let values = values(algorithm, parts) else { return nil }
    let bytes = values.flatMap { $0.bytes }
    var checksums = ObjectChecksums([algorithm], md5: false)
    checksums.update(bytes.span)
    return checksums.finalize().encoded(algorithm).map { "\($0)-\(parts.count)" }
  }

  /// The checksum of all bytes (`FULL_OBJECT`), which only a CRC has; nil where a part has none.
  static func whole(_ algorithm: ChecksumAlgorithm, of parts: [UploadedPart]) -> String? {
    guard let values = values(algorithm, parts) else { return nil }
    switch algorithm {
    case .sha1, .sha256: return nil
    case .crc32:
      let sum = values.reduce(0) { CRC32.combine($0, UInt32(number($1.bytes)), secondLength: $1.length) }
      return Base64.standard.encode(sum.bigEndianBytes)
    case .crc32c:
      let sum = values.reduce(0) { CRC32C.combine($0, UInt32(number($1.bytes)), secondLength: $1.length) }
      return Base64.standard.encode(sum.bigEndianBytes)
    case .crc64nvme:
      let sum = values.reduce(0) { CRC64NVME.combine($0, number($1.bytes), secondLength: $1.length) }
      return Base64.standard.encode(sum.bigEndianBytes)
    }
  }

  private static func values(
    _ algorithm: ChecksumAlgorithm, _ parts: [UploadedPart]
  ) -> [(bytes: [UInt8], length: Int64)]? {
    var values: [(bytes: [UInt8], length: Int64)] = []
    for part in parts {
      guard let text = part.checksums.first(where: { $0.name == algorithm.rawValue })?.value,
        let bytes = Base64.standard.decode(text.utf8), bytes.count == algorithm.length
      else { return nil }
      values.append((bytes, Int64(clamping: part.size)))
    }
    return values
  }

  /// Big-endian, as checksums are written.
  private static func number(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
