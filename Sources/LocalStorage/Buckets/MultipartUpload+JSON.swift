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
  /// Reads the name of a part's file; nil for any other.
  static func number(of name: [UInt8]) -> Int? {
    let text = String(decoding: name, as: UTF8.self)
    guard let number = Int(text), (1...limit).contains(number), text == String(number) else { return nil }
    return number
  }
}
