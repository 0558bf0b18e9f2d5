internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
internal import Storage

/// How metadata stand in the tables: a JSON object with short names; what is empty is left out.
extension ObjectMetadata {
  var record: String {
    var members: [JSONValue.Member] = [
      .init(name: "etag", value: .string(etag)),
      .init(name: "size", value: .int(Int64(clamping: size))),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "type", value: .string(contentType)),
      .init(name: "owner", value: .string(owner)),
    ]
    func add(_ name: String, _ pairs: [NameValuePair]) {
      if !pairs.isEmpty { members.append(.init(name: name, value: JSONValue(pairs: pairs))) }
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
    return JSONValue.object(members).text
  }

  /// Reads what `record` gave.
  /// - Throws: `unexpectedAnswer` for anything else.
  init(record: String) throws(PostgreSQLError) {
    guard let metadata = (try? JSONParser.parse(Array(record.utf8))).flatMap(ObjectMetadata.init(recordValue:)) else {
      throw .unexpectedAnswer("metadata of an object that this program does not write")
    }
    self = metadata
  }

  private init?(recordValue json: JSONValue) {
    guard let etag = json["etag"]?.stringValue, let size = json["size"]?.intValue.flatMap({ UInt64(exactly: $0) }),
      let at = json["at"]?.intValue, let type = json["type"]?.stringValue, let owner = json["owner"]?.stringValue,
      let headers = json["headers"].pairs, let metadata = json["meta"].pairs, let checksums = json["sums"].pairs,
      let tags = json["tags"].pairs
    else { return nil }
    self.init(etag: etag, size: size, modified: Timestamp(totalNanoseconds: at), contentType: type, owner: owner)
    self.headers = headers
    self.userMetadata = metadata
    self.checksums = checksums
    self.tags = tags
    checksumsAreComposite = json["composite"] == .bool(true)
    partSizes = json["parts"]?.arrayValue?.compactMap { $0.intValue.flatMap { UInt64(exactly: $0) } } ?? []
    partChecksums = json["partSums"]?.arrayValue?.compactMap(\.stringValue) ?? []
    crc32 = json["crc32"]?.intValue.flatMap { UInt32(exactly: $0) }
    acl = json["acl"]?.stringValue ?? "private"
    storageClass = json["class"]?.stringValue
    uploadID = json["upload"]?.stringValue
  }
}

extension UploadedPart {
  var record: String {
    JSONValue.object([
      .init(name: "size", value: .int(Int64(clamping: size))),
      .init(name: "etag", value: .string(etag)),
      .init(name: "at", value: .int(modified.totalNanoseconds)),
      .init(name: "crc32", value: .int(Int64(crc32))),
      .init(name: "sums", value: JSONValue(pairs: checksums)),
    ]).text
  }

  init(_ number: Int64, record: String) throws(PostgreSQLError) {
    guard let json = try? JSONParser.parse(Array(record.utf8)), let number = Int(exactly: number),
      let size = json["size"]?.intValue.flatMap({ UInt64(exactly: $0) }), let etag = json["etag"]?.stringValue,
      let at = json["at"]?.intValue, let crc32 = json["crc32"]?.intValue.flatMap({ UInt32(exactly: $0) }),
      let checksums = json["sums"].pairs
    else { throw .unexpectedAnswer("a part that this program does not write") }
    self.init(
      number: number, size: size, etag: etag, modified: Timestamp(totalNanoseconds: at), checksums: checksums,
      crc32: crc32)
  }

  /// Whether both are of the same bytes; when they were put does not matter.
  func isSameContent(as other: UploadedPart) -> Bool {
    var other = other
    other.modified = modified
    return self == other
  }
}

extension JSONValue {
  init(pairs: [NameValuePair]) { self = .array(pairs.map { .array([.string($0.name), .string($0.value)]) }) }

  /// The value as text.
  var text: String { String(decoding: JSONWriter.write(self), as: UTF8.self) }
}

extension JSONValue? {
  /// Names with their values; none where there is no such member, nil where it is something else.
  fileprivate var pairs: [NameValuePair]? {
    guard let self else { return [] }
    guard let values = self.arrayValue else { return nil }
    var pairs: [NameValuePair] = []
    for value in values {
      guard let texts = value.arrayValue, texts.count == 2, let name = texts[0].stringValue,
        let text = texts[1].stringValue
      else { return nil }
      pairs.append(NameValuePair(name, text))
    }
    return pairs
  }
}
