internal import Posix
internal import Storage
internal import Synchronization

/// What the files of objects that were opened lately carry as metadata, so that an object that is asked for again is opened
/// without a wait for a disk.
///
/// Two generations: what nobody has asked for while the younger one has filled up is forgotten.
final class KnownMetadata: Sendable {
  /// The objects of a generation. Metadata takes some hundred bytes, four thousand at most.
  private static let limit = 256

  /// What names an object.
  private struct Name: Hashable, Sendable {
    var bucket: String
    var key: [UInt8]
  }

  private struct Entry: Sendable {
    /// The state of the file that has the metadata: each change of an attribute leads to another one.
    var file: ContentVersion.FileState
    var metadata: ObjectMetadata
  }

  private struct State {
    var young: [Name: Entry] = [:]
    var old: [Name: Entry] = [:]

    mutating func find(_ name: Name) -> Entry? {
      if let entry = young[name] { return entry }
      guard let entry = old[name] else { return nil }
      add(entry, name)
      return entry
    }

    mutating func add(_ entry: Entry, _ name: Name) {
      if young.count >= KnownMetadata.limit {
        old = young
        young.removeAll(keepingCapacity: true)
      }
      young[name] = entry
    }
  }

  private let state = Mutex(State())

  /// The metadata of an object and the state of its file when they were read; nil where they are not known. They are the
  /// object's as long as its file is in that state.
  func find(_ key: [UInt8], in bucket: String) -> (file: ContentVersion.FileState, metadata: ObjectMetadata)? {
    state.withLock { $0.find(Name(bucket: bucket, key: key)).map { ($0.file, $0.metadata) } }
  }

  /// Remembers the metadata of an object.
  /// - Parameters:
  ///   - status: of its file, asked for at `time`, before the metadata were read.
  func remember(
    _ metadata: ObjectMetadata, of key: [UInt8], in bucket: String, _ status: FileStatus, at time: Timestamp
  ) {
    guard status.hasSettled(at: time) else { return }
    let entry = Entry(file: ContentVersion.FileState(status), metadata: metadata)
    state.withLock { $0.add(entry, Name(bucket: bucket, key: key)) }
  }
}
