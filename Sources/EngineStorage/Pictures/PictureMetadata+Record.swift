internal import HTTPSemantics
internal import Posix
internal import PostgreSQL
internal import Storage

/// How what is known of a picture stands in the tables: what lists are made of as columns, the rest as a JSON object.
extension PictureMetadata {
  var record: String {
    var members: [JSONValue.Member] = [
      .init(name: "name", value: .string(originalName)),
      .init(name: "type", value: .string(mediaType)),
      .init(name: "width", value: .int(Int64(width))),
      .init(name: "height", value: .int(Int64(height))),
      .init(name: "crc32", value: .int(Int64(content.crc32))),
    ]
    if let uploader { members.append(.init(name: "from", value: .string(uploader))) }
    // Last, since an approval takes it off the end.
    if visibility == .queued { members.append(.init(name: "queued", value: true)) }
    return JSONValue.object(members).text
  }

  /// Reads the columns name, uploaded, listed, expires, size, sha256, md5, metadata.
  init(_ row: SQLRow) throws(PostgreSQLError) {
    let record = try row.text(7)
    guard let name = StoredName(try row.bytes(0)), let json = try? JSONParser.parse(Array(record.utf8)),
      let originalName = json["name"]?.stringValue, let mediaType = json["type"]?.stringValue,
      let width = json["width"]?.intValue, let height = json["height"]?.intValue,
      let crc32 = json["crc32"]?.intValue.flatMap({ UInt32(exactly: $0) })
    else { throw .unexpectedAnswer("a picture that this program does not write") }
    self.init(
      name: name, originalName: originalName, mediaType: mediaType, width: Int(width), height: Int(height),
      content: ContentDigests(
        size: try row.size(4), crc32: crc32, sha256: try row.bytes(5), md5: try row.bytes(6)),
      uploadedAt: Timestamp(totalNanoseconds: try row.integer(1)),
      visibility: try row.boolean(2) ? .public : json["queued"] == true ? .queued : .unlisted,
      expiresAt: try row.optionalInteger(3).map { Timestamp(totalNanoseconds: $0) },
      uploader: json["from"]?.stringValue)
  }

  /// The address that it came from, as the column has it, which cannot hold NUL.
  var searchableUploader: String? {
    uploader.map { SearchText.withoutNUL($0) }
  }

  /// What it is as an object, without what a put said that brought it.
  var asObject: ObjectMetadata {
    var metadata = ObjectMetadata(
      etag: content.md5.map { Hexadecimal.encode($0) } ?? "", size: content.size, modified: uploadedAt,
      contentType: mediaType, owner: "")
    metadata.crc32 = content.crc32
    return metadata
  }

  /// What travels with the blob.
  var metadata: String? {
    let members: [JSONValue.Member] = [
      .init(name: "picture", value: .string(Base64.url.encode(name.text.utf8))),
      .init(name: "at", value: .int(uploadedAt.totalNanoseconds)),
      .init(name: "listed", value: .bool(visibility == .public)),
      .init(name: "expires", value: expiresAt.map { .int($0.totalNanoseconds) } ?? .null),
      .init(name: "sha256", value: .string(Hexadecimal.encode(content.sha256))),
    ]
    return BlobMetadata.picture(members, .init(name: "metadata", value: .string(record)))
  }
}
