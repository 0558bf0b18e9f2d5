internal import HTTPSemantics
internal import Posix

/// How the facts are written into the attribute: a JSON object with short names; what is empty is left out.
extension ObjectFacts {
  /// The attribute that holds them.
  static let attribute = "user.vitrine.object"

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "v", value: 1),
      .init(name: "etag", value: .string(etag)),
      .init(name: "size", value: .int(Int64(size))),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "type", value: .string(contentType)),
      .init(name: "owner", value: .string(owner)),
    ]
    func add(_ name: String, _ pairs: [NamedText]) {
      guard !pairs.isEmpty else { return }
      let texts = pairs.map { JSONValue.array([.string($0.name), .string($0.text)]) }
      members.append(.init(name: name, value: .array(texts)))
    }
    add("headers", headers)
    add("meta", metadata)
    add("sums", checksums)
    add("tags", tags)
    if checksumsAreComposite { members.append(.init(name: "composite", value: true)) }
    if !partSizes.isEmpty {
      members.append(.init(name: "parts", value: .array(partSizes.map { .int(Int64($0)) })))
    }
    if !partChecksums.isEmpty {
      members.append(.init(name: "partSums", value: .array(partChecksums.map { .string($0) })))
    }
    if let crc32 { members.append(.init(name: "crc32", value: .int(Int64(crc32)))) }
    if let storageClass { members.append(.init(name: "class", value: .string(storageClass))) }
    if let uploadID { members.append(.init(name: "upload", value: .string(uploadID))) }
    if acl != "private" { members.append(.init(name: "acl", value: .string(acl))) }
    return .object(members)
  }

  /// Reads what `json` gave; nil for anything else.
  init?(_ json: JSONValue) {
    guard
      let etag = json["etag"]?.stringValue, let size = json["size"]?.intValue, size >= 0,
      let at = json["at"]?.intValue, let type = json["type"]?.stringValue, let owner = json["owner"]?.stringValue
    else { return nil }
    self.init(
      etag: etag, size: UInt64(size), modified: Timestamp(totalNanoseconds: at), contentType: type, owner: owner)
    headers = Self.pairs(json["headers"])
    metadata = Self.pairs(json["meta"])
    checksums = Self.pairs(json["sums"])
    tags = Self.pairs(json["tags"])
    checksumsAreComposite = json["composite"] == .bool(true)
    partSizes = (json["parts"]?.arrayValue ?? []).compactMap { $0.intValue.map { UInt64(clamping: $0) } }
    partChecksums = (json["partSums"]?.arrayValue ?? []).compactMap(\.stringValue)
    crc32 = json["crc32"]?.intValue.flatMap { UInt32(exactly: $0) }
    acl = json["acl"]?.stringValue ?? "private"
    storageClass = json["class"]?.stringValue
    uploadID = json["upload"]?.stringValue
  }

  private static func pairs(_ json: JSONValue?) -> [NamedText] {
    (json?.arrayValue ?? []).compactMap { pair in
      guard let texts = pair.arrayValue, texts.count == 2, let name = texts[0].stringValue,
        let text = texts[1].stringValue
      else { return nil }
      return NamedText(name, text)
    }
  }
}
