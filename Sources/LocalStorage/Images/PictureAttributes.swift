internal import Digests
internal import HTTPSemantics
internal import Posix
internal import Storage

/// The metadata in the form in which it travels with a file, in two attributes: the original name as it is, and all else
/// as lines of `key=value`, some 250 bytes. Together they stay far below what ext4 has room for.
struct PictureAttributes: Equatable {
  static let metadataAttribute = "user.vitrine.facts"
  static let nameAttribute = "user.vitrine.name"
  private static let version = "1"
  /// Bytes of the original name, and of the media type.
  static let nameLimit = 255
  private static let typeLimit = 127

  var originalName: String
  var mediaType: String
  var width: Int
  var height: Int
  var content: ContentDigests
  var uploadedAt: Timestamp
  var visibility: PictureMetadata.Visibility
  var expiresAt: Timestamp?
  var uploader: String?
  /// Whether width and height are those that a browser shows.
  var hasShownDimensions = true
  /// The file's modification time when the metadata was recorded: if it is another now, the content may be too.
  var modified: Timestamp

  init(_ metadata: PictureMetadata, modified: Timestamp) {
    originalName = metadata.originalName
    mediaType = metadata.mediaType
    width = metadata.width
    height = metadata.height
    content = metadata.content
    uploadedAt = metadata.uploadedAt
    visibility = metadata.visibility
    expiresAt = metadata.expiresAt
    uploader = metadata.uploader
    self.modified = modified
  }

  /// What `dimensions` says where width and height are those that a browser shows. Older programs recorded those
  /// before the orientation is applied, and did not say so.
  private static let shown: Substring = "shown"

  /// Reads what `encoded` gave. Keys of later versions of the program are skipped; nil if something is missing.
  init?(_ encoded: [UInt8], originalName: String) {
    var values: [Substring: Substring] = [:]
    let text = String(decoding: encoded, as: UTF8.self)
    for line in text.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { return nil }
      values[line[..<equals]] = line[line.index(after: equals)...]
    }
    func moment(_ key: Substring) -> Timestamp? {
      values[key].flatMap { Int64($0) }.map { Timestamp(totalNanoseconds: $0) }
    }
    func bytes(_ key: Substring, count: Int) -> [UInt8]? {
      values[key].flatMap { Hexadecimal.decode($0.utf8) }.flatMap { $0.count == count ? $0 : nil }
    }
    guard
      values["version"] == Substring(PictureAttributes.version), originalName.utf8.count <= PictureAttributes.nameLimit,
      let mediaType = values["type"], mediaType.utf8.count <= PictureAttributes.typeLimit,
      let width = values["width"].flatMap({ Int($0) }).flatMap(PictureMetadata.dimension),
      let height = values["height"].flatMap({ Int($0) }).flatMap(PictureMetadata.dimension),
      let size = values["size"].flatMap({ Int64($0) }).flatMap({ UInt64(exactly: $0) }),
      let crc32 = values["crc32"].flatMap({ UInt32($0, radix: 16) }),
      let sha256 = bytes("sha256", count: SHA256.byteCount), let uploadedAt = moment("uploaded"),
      let modified = moment("modified"),
      let visibility = values["visibility"].flatMap({ PictureMetadata.Visibility(rawValue: String($0)) })
    else { return nil }
    self.originalName = originalName
    self.mediaType = String(mediaType)
    self.width = width
    self.height = height
    hasShownDimensions = values["dimensions"] == PictureAttributes.shown
    content = ContentDigests(size: size, crc32: crc32, sha256: sha256, md5: bytes("md5", count: MD5.byteCount))
    self.uploadedAt = uploadedAt
    self.visibility = visibility
    expiresAt = moment("expires")
    uploader = values["uploader"].map { String($0) }
    self.modified = modified
  }

  /// The value of the metadata attribute.
  var encoded: [UInt8] {
    var lines = [
      "version=\(PictureAttributes.version)", "type=\(mediaType)", "width=\(width)", "height=\(height)",
      "size=\(content.size)", "crc32=\(String(content.crc32, radix: 16))",
      "sha256=\(Hexadecimal.encode(content.sha256))",
      "uploaded=\(uploadedAt.totalNanoseconds)", "visibility=\(visibility.rawValue)",
      "modified=\(modified.totalNanoseconds)",
    ]
    if hasShownDimensions { lines.append("dimensions=\(PictureAttributes.shown)") }
    if let md5 = content.md5 { lines.append("md5=\(Hexadecimal.encode(md5))") }
    if let expiresAt { lines.append("expires=\(expiresAt.totalNanoseconds)") }
    // What is no address could begin a line of its own.
    if let uploader, uploader.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { lines.append("uploader=\(uploader)") }
    return Array(lines.joined(separator: "\n").utf8)
  }

  /// The metadata under a name.
  func metadata(name: StoredName) -> PictureMetadata {
    PictureMetadata(
      name: name, originalName: originalName, mediaType: mediaType, width: width, height: height, content: content,
      uploadedAt: uploadedAt, visibility: visibility, expiresAt: expiresAt, uploader: uploader)
  }
}
