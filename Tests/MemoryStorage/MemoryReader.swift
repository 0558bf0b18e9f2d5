import Storage
import Synchronization

/// How readers of a storage in memory behave, within what the protocol leaves to a storage.
public struct ReadingBehaviour: Sendable {
  /// The most bytes of a chunk.
  public var chunkSize: Int
  /// Whether each chunk comes late: the call before it returns `late`.
  public var isLate: Bool
  /// Whether a reader notices that its content has been replaced or removed, as one of a remote storage does; the other
  /// kind reads on, as one of an open file does.
  public var noticesReplacement: Bool

  /// A behaviour.
  public init(chunkSize: Int = 65_536, isLate: Bool = false, noticesReplacement: Bool = false) {
    self.chunkSize = chunkSize
    self.isLate = isLate
    self.noticesReplacement = noticesReplacement
  }
}

/// An object, open to be read.
final class MemoryOpenedObject: OpenedObject {
  let head: ObjectHead
  private let source: MemoryReader.Source

  init(_ head: ObjectHead, _ source: MemoryReader.Source) {
    self.head = head
    self.source = source
  }

  func reader(_ range: Range<UInt64>) -> any ObjectReader { MemoryReader(source, range) }
}

/// Reads a range of a content that was put into memory.
final class MemoryReader: ObjectReader {
  /// What is read, and how.
  struct Source: Sendable {
    var content: StoredBytes
    var behaviour: ReadingBehaviour
    var faults: FaultPlan
    /// Whether the content is still what its name stands for.
    var isCurrent: @Sendable () -> Bool
  }

  private let source: Source
  private let end: Int
  /// Where the next chunk begins, and whether a late one was announced.
  private let position: Mutex<(next: Int, isAnnounced: Bool)>

  init(_ source: Source, _ range: Range<UInt64>) {
    self.source = source
    let count = UInt64(source.content.bytes.count)
    end = Int(min(range.upperBound, count))
    position = Mutex((Int(min(range.lowerBound, count)), false))
  }

  nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk? {
    try await source.faults.begin(.read)
    try checkReplacement()
    return position.withLock { position in
      guard position.next < end else { return nil }
      if source.behaviour.isLate, !position.isAnnounced {
        position.isAnnounced = true
        return .late
      }
      let stop = min(end, position.next + source.behaviour.chunkSize)
      let bytes = Array(source.content.bytes[position.next..<stop])
      position = (stop, false)
      return .bytes(bytes)
    }
  }

  nonisolated(nonsending) func check() async throws(StorageError) {
    try await source.faults.begin(.check)
    try checkReplacement()
  }

  private func checkReplacement() throws(StorageError) {
    if source.behaviour.noticesReplacement, !source.isCurrent() { throw .versionChanged }
  }
}
