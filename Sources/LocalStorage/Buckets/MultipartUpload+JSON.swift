internal import HTTPSemantics
internal import Posix
internal import Storage

extension MultipartUpload {
  var json: JSONValue {
    .object([
      .init(name: "key", value: .string(Hexadecimal.encode(key))),
      .init(name: "facts", value: metadata.json),
      .init(name: "algorithm", value: checksumAlgorithm.map { .string($0) } ?? .null),
    ])
  }

  init?(_ identifier: String, _ json: JSONValue) {
    guard
      let key = json["key"]?.stringValue.flatMap({ Hexadecimal.decode($0.utf8) }), KeyPath.isKey(key),
      let metadata = json["facts"].flatMap({ ObjectMetadata($0) })
    else { return nil }
    self.init(
      identifier: identifier, key: key, metadata: metadata, checksumAlgorithm: json["algorithm"]?.recordText(limit: 32))
  }
}

extension UploadedPart {
  var json: JSONValue {
    .object([
      .init(name: "size", value: .int(Int64(clamping: size))),
      .init(name: "etag", value: .string(etag)),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "crc32", value: .int(Int64(crc32))),
      .init(
        name: "sums", value: .array(checksums.map { .array([.string($0.name), .string($0.value)]) })),
    ])
  }

  /// Reads what `json` gave, from a file of that length; nil for anything else.
  init?(_ number: Int, _ json: JSONValue, length: UInt64) {
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

  /// Reads the name of a part's file; nil for any other.
  static func number(of name: [UInt8]) -> Int? {
    let text = String(decoding: name, as: UTF8.self)
    guard let number = Int(text), (1...limit).contains(number), text == String(number) else { return nil }
    return number
  }
}
