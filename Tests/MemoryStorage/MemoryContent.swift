import Posix
import Storage
import Synchronization

/// Content on its way in. It takes room as it grows.
final class MemoryContent: StagedContent, Sendable {
  private let bytes = Mutex<[UInt8]>([])
  private let space: MemorySpace
  private let faults: FaultPlan

  init(in space: MemorySpace, _ faults: FaultPlan) {
    self.space = space
    self.faults = faults
  }

  deinit { removeAll() }

  var size: UInt64 { bytes.withLock { UInt64($0.count) } }

  func append(_ bytes: Span<UInt8>) throws(StorageError) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    try append(copy)
  }

  func append(_ chunk: Chunk) throws(StorageError) {
    switch chunk {
    case .bytes(let bytes): try append(bytes)
    case .file(let file, let range, _):
      do throws(Errno) { try appendRead(try file.descriptor.bytes(in: range)) } catch {
        throw .io(error, context: "reading what is to be copied")
      }
    case .late: break
    }
  }

  private func append(_ more: [UInt8]) throws(StorageError) {
    try faults.beginNow(.append)
    try space.take(UInt64(more.count))
    bytes.withLock { $0 += more }
  }

  private func appendRead(_ more: [UInt8]) throws(Errno) {
    do throws(StorageError) { try append(more) } catch { throw .noSpace }
  }

  func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int {
    bytes.withLock { bytes in
      guard offset < UInt64(bytes.count) else { return 0 }
      let range = Int(offset)..<min(bytes.count, Int(offset) + buffer.count)
      buffer.replaceSubrange(0..<range.count, with: bytes[range])
      return range.count
    }
  }

  func truncate(to length: UInt64) throws(StorageError) {
    bytes.withLock { bytes in
      guard length < UInt64(bytes.count) else { return }
      space.giveBack(UInt64(bytes.count) - length)
      bytes.removeLast(bytes.count - Int(length))
    }
  }

  func apply(_ edits: [ByteEdit]) throws(StorageError) {
    try bytes.withLock { (bytes) throws(StorageError) in
      var edited: [UInt8] = []
      var position: UInt64 = 0
      for edit in edits {
        guard edit.range.lowerBound >= position, edit.range.upperBound <= UInt64(bytes.count),
          edit.replacement.count <= edit.range.count
        else { throw .io(.invalidArgument, context: "edits that do not fit the content") }
        edited += bytes[Int(position)..<Int(edit.range.lowerBound)] + edit.replacement
        position = edit.range.upperBound
      }
      edited += bytes[Int(position)...]
      space.giveBack(UInt64(bytes.count - edited.count))
      bytes = edited
    }
  }

  func removeAll() {
    bytes.withLock { bytes in
      space.giveBack(UInt64(bytes.count))
      bytes = []
    }
  }

  /// The bytes with the space that they have taken: nothing is left here.
  func takeAll() -> StoredBytes {
    bytes.withLock { bytes in
      let stored = StoredBytes(bytes, in: space)
      bytes = []
      return stored
    }
  }
}
