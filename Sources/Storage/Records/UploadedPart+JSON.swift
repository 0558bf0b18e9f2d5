package import HTTPSemantics
internal import Posix

extension UploadedPart {
  package var json: JSONValue {
    .object([
      .init(name: "size", value: .int(Int64(clamping: size))),
      .init(name: "etag", value: .string(etag)),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "crc32", value: .int(Int64(crc32))),
      .init(
        name: "sums", value: .array(checksums.map { .array([.string($0.name), .string($0.value)]) })),
    ])
  }

  /// Reads what `json` gave, of a content of that length; nil for anything else.
  package init?(_ number: Int, _ json: JSONValue, length: UInt64) {
    guard (1...Self.limit).contains(number), let size = json["size"]?.recordSize, size == length,
      let etag = json["etag"]?.recordText(limit: ObjectMetadata.etagLimit),
      etag.utf8.allSatisfy(ObjectMetadata.mayStandInETag), let at = json["at"]?.intValue,
      let crc32 = json["crc32"]?.intValue.flatMap({ UInt32(exactly: $0) }),
      let checksums = json["sums"].record(or: [], { $0.recordPairs(limit: 16) })
    else { return nil }
    self.init(
      number: number, size: size, etag: etag, modified: Timestamp(totalNanoseconds: at), checksums: checksums,
      crc32: crc32)
  }
}
