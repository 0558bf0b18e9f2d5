internal import Digests
internal import DurableFiles
internal import Posix
internal import Storage

/// Computing the CRC-32 of some files of a tree, in steps, on threads that may wait for the disk. Between two steps
/// others get their turn.
struct ChecksumWork: Sendable {
  typealias Outcome = Result<UInt32, StorageError>

  /// Small enough to stay in a core's cache between the copy and the computation.
  private static let chunk = 131_072

  /// The least length of a file in which holes are looked for.
  private static let hollowSize: UInt64 = 64 << 20

  let files: any TreeFiles
  let members: [TreeMember]
  /// One for each member that is done, in their order.
  private(set) var outcomes: [Outcome] = []
  private var reading: Reading?

  private struct Reading {
    var file: SharedDescriptor
    var checksum = CRC32()
    var offset: UInt64 = 0
    /// Up to here the file is read; behind it there may be a hole, whose zeros need no reading.
    var dataEnd: UInt64
  }

  init(_ members: [TreeMember], of files: any TreeFiles) {
    self.files = files
    self.members = members
  }

  var isDone: Bool { outcomes.count == members.count }

  /// The member that is next, or under way.
  var current: TreeMember { members[outcomes.count] }

  /// Takes a checksum for the current member that somebody else has found out.
  mutating func supply(_ checksum: UInt32) {
    finish(.success(checksum))
  }

  /// Goes on until about so many bytes have been read, or everything is done.
  /// - Parameters:
  ///   - leavesCacheAlone: whether what was not in the page cache before is taken out of it again.
  ///   - finished: called with all outcomes so far, each time that there is another one.
  mutating func proceed(
    _ bytes: UInt64, leavesCacheAlone: Bool = false, finished: ([Outcome]) -> Void = { _ in }
  ) {
    var buffer: [UInt8] = []
    var rest = bytes
    while !isDone, rest > 0 {
      let count = outcomes.count
      do throws(StorageError) {
        let length = try readChunk(&buffer, leavesCacheAlone: leavesCacheAlone)
        rest -= min(rest, max(length, 4_096))
      } catch {
        finish(.failure(error))
      }
      if outcomes.count > count { finished(outcomes) }
    }
    giveUpIfChanged()
  }

  /// A file that is gone, or is not what was listed any more, needs no checksum: nobody could be sent it. A long one would
  /// be read to its end otherwise, for minutes.
  private mutating func giveUpIfChanged() {
    guard let reading else { return }
    do throws(StorageError) { try files.check(reading.file.descriptor, is: current) } catch {
      finish(.failure(error))
    }
  }

  private mutating func readChunk(
    _ buffer: inout [UInt8], leavesCacheAlone: Bool
  ) throws(StorageError) -> UInt64 {
    let member = current
    var state: Reading
    if let reading { state = reading } else { state = try begin() }
    var count = 0
    if state.offset < member.size, state.offset == state.dataEnd { try skipHole(&state, of: member) }
    if state.offset < member.size {
      if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.chunk) }
      let wanted = Int(min(UInt64(Self.chunk), state.dataEnd - state.offset))
      let wasCached = !leavesCacheAlone || state.file.descriptor.isCached(at: state.offset)
      do throws(Errno) {
        count = try state.file.descriptor.read(into: &buffer, 0..<wanted, at: state.offset)
      } catch {
        throw StorageError(error, "reading")
      }
      guard count > 0 else { throw .versionChanged }
      state.checksum.update(buffer.span.extracting(0..<count))
      let next = state.offset + UInt64(count)
      if !wasCached { state.file.descriptor.dropCached(state.offset..<next) }
      state.offset = next
    }
    reading = state
    if state.offset == member.size {
      try files.check(state.file.descriptor, is: member)
      finish(.success(state.checksum.value))
    }
    return UInt64(count)
  }

  private func begin() throws(StorageError) -> Reading {
    let file = try files.open(current)
    file.expectSequentialReading()
    let allocated: UInt64
    do throws(Errno) { allocated = try file.status().allocated } catch {
      throw StorageError(error, "looking at a file")
    }
    // Holes are looked for only in long files that are nearly nothing else: there they save minutes. Photographs are read
    // whole, so that nothing depends on what a file system says of its holes.
    let isHollow = current.size >= Self.hollowSize && allocated < current.size / 8
    return Reading(file: SharedDescriptor(file), dataEnd: isHollow ? 0 : current.size)
  }

  private func skipHole(_ state: inout Reading, of member: TreeMember) throws(StorageError) {
    let data: Range<UInt64>
    do throws(Errno) { data = try state.file.descriptor.data(from: state.offset, before: member.size) } catch {
      throw StorageError(error, "looking for data")
    }
    state.checksum.update(zeros: data.lowerBound - state.offset)
    state.offset = data.lowerBound
    state.dataEnd = data.upperBound
  }

  private mutating func finish(_ outcome: Outcome) {
    reading = nil
    outcomes.append(outcome)
  }
}
