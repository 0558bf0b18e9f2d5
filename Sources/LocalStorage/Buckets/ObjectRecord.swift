internal import HTTPSemantics
internal import Posix
internal import Storage

/// The metadata of an object as its file carries them, with the modification time that the file had then: whoever writes to
/// the file later without changing its length, past the object store, leaves them as they are.
struct ObjectRecord {
  private static let timeName = "mtime"

  let metadata: ObjectMetadata
  /// When the content had been written; nil in records of earlier versions.
  private let contentTime: Timestamp?

  /// A record of metadata about the content that a file has at a time.
  init(_ metadata: ObjectMetadata, contentTime: Timestamp) {
    self.metadata = metadata
    self.contentTime = contentTime
  }

  /// Reads what `json` gave; nil for anything else.
  init?(_ json: JSONValue) {
    guard let metadata = ObjectMetadata(json) else { return nil }
    self.metadata = metadata
    contentTime = json[Self.timeName]?.intValue.map { Timestamp(totalNanoseconds: $0) }
  }

  var json: JSONValue {
    guard let contentTime, case .object(var members) = metadata.json else { return metadata.json }
    members.append(.init(name: Self.timeName, value: .int(contentTime.totalNanoseconds)))
    return .object(members)
  }

  /// Whether a file with that modification time still has the content that the metadata is about. A copy that was brought
  /// back from a backup may have whole seconds only.
  func isOfContent(modified: Timestamp) -> Bool {
    guard let contentTime else { return true }
    return modified == contentTime || modified == Timestamp(seconds: contentTime.seconds)
  }
}

extension ObjectMetadata {
  /// These metadata, with what tells of the bytes taken from others.
  func withContent(of other: ObjectMetadata) -> ObjectMetadata {
    var metadata = self
    metadata.etag = other.etag
    metadata.size = other.size
    metadata.modified = other.modified
    metadata.checksums = other.checksums
    metadata.checksumsAreComposite = other.checksumsAreComposite
    metadata.partSizes = other.partSizes
    metadata.partChecksums = other.partChecksums
    metadata.crc32 = other.crc32
    metadata.uploadID = other.uploadID
    return metadata
  }
}
