internal import Digests
internal import HTTPSemantics
internal import Posix
internal import Storage

/// For what a blob was put, as its metadata tell.
enum BlobOwner: Sendable {
  /// An object that was put in one go, or its last piece; its metadata are nil where they were too long to travel with it.
  case object(bucket: String, key: [UInt8], ObjectMetadata?)
  /// A part of an upload, or its last piece.
  case part(bucket: String, key: [UInt8], upload: String, number: Int, ObjectMetadata?)
  /// A piece that is not the last one of its content.
  case piece(label: String, number: Int)
  /// Several small objects, of which a directory begins at this offset of the blob.
  case pack(directory: UInt64)
  /// A picture. Its record is nil where it was too long.
  case picture(RecordedPicture)

  /// What was recorded of a picture with its blob.
  struct RecordedPicture: Sendable {
    var name: StoredName
    var uploadedAt: Timestamp
    var isListed: Bool
    var expiresAt: Timestamp?
    var sha256: [UInt8]
    var record: String?
  }

  /// An object as it is recorded with its blob, or in a directory.
  struct NamedObject: Sendable {
    let bucket: String
    let key: [UInt8]
    let metadata: ObjectMetadata?

    init?(_ json: JSONValue) {
      guard let bucket = json["bucket"]?.recordText(limit: 255), !bucket.utf8.contains(0),
        let key = json["key"]?.recordText().flatMap({ Base64.url.decode($0.utf8) }), (1...1_024).contains(key.count)
      else { return nil }
      self.bucket = bucket
      self.key = key
      metadata = json["object"]?.recordText().flatMap { try? ObjectMetadata(record: $0) }
    }
  }

  /// Reads what `BlobMetadata` gave; nil for anything else.
  init?(_ text: String) {
    guard let json = try? JSONParser.parse(Array(text.utf8)) else { return nil }
    if let picture = RecordedPicture(json) {
      self = .picture(picture)
      return
    }
    if let label = json["content"]?.recordText(limit: 64),
      let number = json["piece"]?.intValue.flatMap({ Int(exactly: $0) })
    {
      self = .piece(label: label, number: number)
      return
    }
    if let directory = json["directory"]?.recordSize {
      self = .pack(directory: directory)
      return
    }
    guard let object = NamedObject(json) else { return nil }
    let (bucket, key, metadata) = (object.bucket, object.key, object.metadata)
    if let upload = json["upload"]?.recordText(limit: 64) {
      guard let number = json["part"]?.intValue.flatMap({ Int(exactly: $0) }), (1...UploadedPart.limit).contains(number)
      else { return nil }
      self = .part(bucket: bucket, key: key, upload: upload, number: number, metadata)
    } else {
      self = .object(bucket: bucket, key: key, metadata)
    }
  }
}

extension BlobOwner.RecordedPicture {
  fileprivate init?(_ json: JSONValue) {
    guard let bytes = json["picture"]?.recordText().flatMap({ Base64.url.decode($0.utf8) }),
      let name = StoredName(bytes), let at = json["at"]?.intValue,
      let sha256 = json["sha256"]?.recordText().flatMap({ Hexadecimal.decode($0.utf8, byteCount: SHA256.byteCount) })
    else { return nil }
    self.name = name
    uploadedAt = Timestamp(totalNanoseconds: at)
    isListed = json["listed"] == .bool(true)
    expiresAt = json["expires"]?.intValue.map { Timestamp(totalNanoseconds: $0) }
    self.sha256 = sha256
    record = json["metadata"]?.recordText()
  }
}

extension BlobMetadata.LeadingPieces {
  /// What the last piece of a content says of those before it; nil where it is all of the content.
  init?(_ text: String) {
    guard let json = try? JSONParser.parse(Array(text.utf8)), let label = json["content"]?.recordText(limit: 64),
      let count = json["pieces"]?.intValue.flatMap({ Int(exactly: $0) }), count > 0,
      let etag = json["etag"]?.recordText(limit: 64)
    else { return nil }
    self.init(label: label, count: count, etag: etag)
  }
}
