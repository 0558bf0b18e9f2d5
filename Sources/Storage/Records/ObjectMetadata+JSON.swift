package import HTTPSemantics
internal import Posix

/// How the metadata is recorded, in an attribute of a file or in a table: a JSON object with short names; what is empty is
/// left out.
extension ObjectMetadata {
  package var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "v", value: 1),
      .init(name: "etag", value: .string(etag)),
      .init(name: "size", value: .int(Int64(clamping: size))),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "type", value: .string(contentType)),
      .init(name: "owner", value: .string(owner)),
    ]
    func add(_ name: String, _ pairs: [NameValuePair]) {
      guard !pairs.isEmpty else { return }
      let texts = pairs.map { JSONValue.array([.string($0.name), .string($0.value)]) }
      members.append(.init(name: name, value: .array(texts)))
    }
    add("headers", headers)
    add("meta", userMetadata)
    add("sums", checksums)
    add("tags", tags)
    if checksumsAreComposite { members.append(.init(name: "composite", value: true)) }
    if !partSizes.isEmpty {
      members.append(.init(name: "parts", value: .array(partSizes.map { .int(Int64(clamping: $0)) })))
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
  package init?(_ json: JSONValue) {
    guard
      let etag = json["etag"]?.recordText(limit: Self.etagLimit), etag.utf8.allSatisfy(Self.mayStandInETag),
      let size = json["size"]?.recordSize, let at = json["at"]?.intValue, let type = json["type"]?.recordText(),
      let owner = json["owner"]?.recordText(limit: Self.ownerLimit),
      let headers = json["headers"].record(or: [], { $0.recordPairs(limit: 64, areFields: true) }),
      let userMetadata = json["meta"].record(or: [], { $0.recordPairs(limit: 2_048) }),
      let checksums = json["sums"].record(or: [], { $0.recordPairs(limit: 16) }),
      let tags = json["tags"].record(or: [], { $0.recordPairs(limit: 64) }),
      let parts = json["parts"].record(or: [], { $0.recordList(limit: UploadedPart.limit) { $0.recordSize } }),
      let partSums = json["partSums"].record(
        or: [], { $0.recordList(limit: UploadedPart.limit) { $0.recordText(limit: 128) } }),
      let acl = json["acl"].record(or: "private", { $0.recordText() })
    else { return nil }
    // Ranges of the object are reckoned from them.
    guard parts.isEmpty || parts.sumOfSizes == size, partSums.isEmpty || partSums.count == parts.count else {
      return nil
    }
    self.init(etag: etag, size: size, modified: Timestamp(totalNanoseconds: at), contentType: type, owner: owner)
    self.headers = headers
    self.userMetadata = userMetadata
    self.checksums = checksums
    self.tags = tags
    checksumsAreComposite = json["composite"] == .bool(true)
    partSizes = parts
    partChecksums = partSums
    crc32 = json["crc32"]?.intValue.flatMap { UInt32(exactly: $0) }
    self.acl = acl
    storageClass = json["class"]?.recordText(limit: 64)
    uploadID = json["upload"]?.recordText(limit: 64)
  }

  /// The MD5 in hexadecimal, a hyphen and the number of parts are far less.
  package static let etagLimit = 64
  static let ownerLimit = 256

  /// It goes out between quotes.
  package static func mayStandInETag(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"")
  }
}
