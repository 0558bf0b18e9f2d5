internal import Digests
internal import HTTPSemantics
internal import Posix

extension MultipartUpload {
  var json: JSONValue {
    .object([
      .init(name: "key", value: .string(Hexadecimal.encode(key))),
      .init(name: "facts", value: facts.json),
      .init(name: "algorithm", value: checksumAlgorithm.map { .string($0) } ?? .null),
    ])
  }

  init?(_ identifier: String, _ json: JSONValue) {
    guard
      let key = json["key"]?.stringValue.flatMap({ Hexadecimal.decode($0.utf8) }),
      let facts = json["facts"].flatMap({ ObjectFacts($0) })
    else { return nil }
    self.init(identifier: identifier, key: key, facts: facts, checksumAlgorithm: json["algorithm"]?.stringValue)
  }
}

extension UploadedPart {
  var json: JSONValue {
    .object([
      .init(name: "size", value: .int(Int64(size))),
      .init(name: "etag", value: .string(etag)),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "crc32", value: .int(Int64(crc32))),
      .init(
        name: "sums", value: .array(checksums.map { .array([.string($0.name), .string($0.text)]) })),
    ])
  }

  init?(_ number: Int, _ json: JSONValue) {
    guard let size = json["size"]?.intValue, let etag = json["etag"]?.stringValue, let at = json["at"]?.intValue,
      let crc32 = json["crc32"]?.intValue
    else { return nil }
    let checksums = (json["sums"]?.arrayValue ?? []).compactMap { pair -> NamedText? in
      guard let texts = pair.arrayValue, texts.count == 2, let name = texts[0].stringValue,
        let text = texts[1].stringValue
      else { return nil }
      return NamedText(name, text)
    }
    self.init(
      number: number, size: UInt64(clamping: size), etag: etag, modified: Timestamp(totalNanoseconds: at),
      checksums: checksums, crc32: UInt32(truncatingIfNeeded: crc32))
  }
}
