internal import HTTPSemantics
internal import Posix
internal import Storage

/// The facts of an object as its file carries them, with the modification time that the file had then: whoever writes to
/// the file later without changing its length, past the object store, leaves them as they are.
struct ObjectRecord {
  private static let timeName = "mtime"

  let facts: ObjectMetadata
  /// When the content had been written; nil in records of earlier versions.
  private let contentTime: Timestamp?

  /// A record of facts about the content that a file has at a time.
  init(_ facts: ObjectMetadata, contentTime: Timestamp) {
    self.facts = facts
    self.contentTime = contentTime
  }

  /// Reads what `json` gave; nil for anything else.
  init?(_ json: JSONValue) {
    guard let facts = ObjectMetadata(json) else { return nil }
    self.facts = facts
    contentTime = json[Self.timeName]?.intValue.map { Timestamp(totalNanoseconds: $0) }
  }

  var json: JSONValue {
    guard let contentTime, case .object(var members) = facts.json else { return facts.json }
    members.append(.init(name: Self.timeName, value: .int(contentTime.totalNanoseconds)))
    return .object(members)
  }

  /// Whether a file with that modification time still has the content that the facts are about. A copy that was brought
  /// back from a backup may have whole seconds only.
  func isOfContent(modified: Timestamp) -> Bool {
    guard let contentTime else { return true }
    return modified == contentTime || modified == Timestamp(seconds: contentTime.seconds)
  }
}

extension ObjectMetadata {
  /// These facts, with what tells of the bytes taken from others.
  func withContent(of other: ObjectMetadata) -> ObjectMetadata {
    var facts = self
    facts.etag = other.etag
    facts.size = other.size
    facts.modified = other.modified
    facts.checksums = other.checksums
    facts.checksumsAreComposite = other.checksumsAreComposite
    facts.partSizes = other.partSizes
    facts.partChecksums = other.partChecksums
    facts.crc32 = other.crc32
    facts.uploadID = other.uploadID
    return facts
  }
}
