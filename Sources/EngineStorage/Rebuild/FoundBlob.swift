internal import Digests
internal import HTTPSemantics
internal import Posix
internal import Storage

/// A blob that the engine keeps, and for what it was put.
struct FoundBlob: Sendable {
  var id: BlobID
  /// Of this blob alone.
  var length: UInt64
  /// Of all of the content, where it is the last piece of one.
  var etag: String
  /// The MD5 of all of the content, where it is known.
  var md5: [UInt8]?
  /// The CRC-32 of its bytes, where they had to be read.
  var crc32: UInt32?
  /// By the engine's clock, in seconds since 1970.
  var modified: Int64
  var owner: BlobOwner?
  /// What it says of the pieces before it.
  var leading: BlobMetadata.LeadingPieces?
  /// These pieces, once they are found.
  var before: [BlobSlice] = []
  /// The objects that share it, where it is a pack and its directory can be read.
  var packed: [Pack.Entry]?
  /// Why the engine did not give its directory, where another try may do.
  var packFailure: BlobError?

  var slice: BlobSlice { BlobSlice(id: id, start: 0, length: length) }
  /// All of the content.
  var content: [BlobSlice] { before + [slice] }

  /// Whether its bytes have to be read: no record tells their digests, nor does the engine.
  var needsDigests: Bool {
    guard leading == nil else { return false }
    return switch owner {
    case .object(_, _, let metadata): md5 == nil && metadata?.etag.isEmpty ?? true
    case .part: md5 == nil
    case .picture(let recorded): md5 == nil || recorded.record == nil
    case .piece, .pack, nil: false
    }
  }

  /// The entity tag of an object of which no record tells it; one that nobody takes for an MD5, where that is not known.
  var entityTag: String {
    if let md5 { return Hexadecimal.encode(md5) }
    return etag.isEmpty || etag.utf8.count == 2 * MD5.byteCount ? "\(etag)-1" : etag
  }

  /// What can be said of an object whose metadata are lost.
  var madeUpMetadata: ObjectMetadata {
    ObjectMetadata(
      etag: entityTag, size: content.size, modified: Timestamp(seconds: modified),
      contentType: "application/octet-stream", owner: "")
  }
}

/// Uploads in parts, as far as their blobs tell of them.
struct UploadedBlobs {
  private struct Upload {
    var bucket: String
    var key: [UInt8]
    var metadata: ObjectMetadata?
    var parts: [Int: FoundBlob] = [:]
  }

  private var uploads: [String: Upload] = [:]

  /// Of two parts with one number the newer one counts.
  mutating func add(
    _ blob: FoundBlob, bucket: String, key: [UInt8], upload: String, number: Int, _ metadata: ObjectMetadata?
  ) {
    var known = uploads[upload] ?? Upload(bucket: bucket, key: key, metadata: metadata)
    if let other = known.parts[number], other.modified > blob.modified { return }
    known.parts[number] = blob
    uploads[upload] = known
  }

  /// An object that was put in parts.
  struct Object {
    var bucket: String
    var key: [UInt8]
    var row: RebuildStatements.Row
    /// What is not sure of it.
    var flaw: String?
  }

  /// Each upload as the object that its completion with all parts made.
  var objects: [Object] {
    uploads.sorted { $0.key < $1.key }.map { identifier, upload in
      let parts = upload.parts.sorted { $0.key < $1.key }.map(\.value)
      let digests = parts.map(\.md5)
      var metadata = upload.metadata ?? parts[0].madeUpMetadata
      metadata.size = parts.reduce(0) { $0 + $1.content.size }
      metadata.modified = Timestamp(seconds: parts.map(\.modified).max() ?? 0)
      metadata.partSizes = parts.map(\.content.size)
      metadata.uploadID = identifier
      metadata.etag = Hexadecimal.encode(MD5.digest(of: digests.flatMap { $0 ?? [] })) + "-\(parts.count)"
      var flaw =
        upload.metadata == nil
        ? "its metadata were too long to travel with it"
        : "it was put in parts, of which all that there are were taken, in their order, whether or not it was completed"
      if digests.contains(nil) { flaw += "; the MD5 of a part could not be computed: its entity tag is another now" }
      return Object(
        bucket: upload.bucket, key: upload.key,
        row: .object(bucket: upload.bucket, key: upload.key, metadata, parts.flatMap(\.content)), flaw: flaw)
    }
  }
}

extension PictureMetadata {
  /// A picture as its blob tells of it; nil where that had to be read and could not. Of one whose record is missing, its name
  /// tells the type.
  init?(_ recorded: BlobOwner.RecordedPicture, _ blob: FoundBlob) {
    guard let md5 = blob.md5, recorded.record != nil || blob.crc32 != nil else { return nil }
    let json = recorded.record.flatMap { try? JSONParser.parse(Array($0.utf8)) }
    var content = ContentDigests(size: blob.length, crc32: blob.crc32 ?? 0, sha256: recorded.sha256, md5: md5)
    if let crc32 = json?["crc32"]?.intValue.flatMap({ UInt32(exactly: $0) }) { content.crc32 = crc32 }
    let types = ["jpg": "image/jpeg", "png": "image/png", "gif": "image/gif"]
    self.init(
      name: recorded.name, originalName: json?["name"]?.recordText(limit: 255) ?? recorded.name.text,
      mediaType: json?["type"]?.recordText(limit: 255) ?? types[recorded.name.pathExtension]
        ?? "application/octet-stream",
      width: json?["width"]?.intValue.flatMap { PictureMetadata.dimension(Int($0)) } ?? 0,
      height: json?["height"]?.intValue.flatMap { PictureMetadata.dimension(Int($0)) } ?? 0, content: content,
      uploadedAt: recorded.uploadedAt,
      visibility: recorded.isListed ? .public : json?["queued"] == true ? .queued : .unlisted,
      expiresAt: recorded.expiresAt,
      uploader: json?["from"]?.recordText(limit: 255))
  }
}
