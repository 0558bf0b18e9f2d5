internal import EventLoop
internal import FastCGI
internal import FileStore
internal import Posix
internal import ZipArchive

/// Sends a range of an archive: headers made here, contents straight from the files' pages.
@EventLoopActor
struct ArchiveSender {
  /// The last bytes of every response wait until all that was sent before has been taken and checked again.
  static let heldBack: UInt64 = 22

  /// Bytes that are handed over before the loop turns to others.
  private static let slice: UInt64 = 262_144
  /// Distance of the looks into the page cache.
  private static let probe: UInt64 = 65_536
  /// Bytes that are brought into the page cache at once where they are not.
  private static let warmUp: UInt64 = 4 << 20
  /// Bytes of a member after which it is looked at again while it is sent; a shorter one than the minimum only at the
  /// very end, with all others.
  private static let checkInterval: UInt64 = 32 << 20
  private static let checkMinimum: UInt64 = 1 << 20
  /// Bytes of the central directory that are made at once.
  private static let directoryChunk: UInt64 = 65_536
  /// How far ahead of the sender checksums are computed: members, and bytes.
  private static let aheadMembers = 32
  private static let aheadBytes: UInt64 = 64 << 20

  let snapshot: ArchiveSnapshot
  let writer: ResponseWriter
  let checksums: ChecksumService
  let files: MemberFiles
  let reading: BlockingPool
  /// A pause after each slice, in nanoseconds: 0 but for `--debug`.
  let pause: UInt64

  /// Sends the range; the response has been started with its length.
  func send(_ range: Range<UInt64>) async throws(ArchiveFailure) {
    let last = max(range.lowerBound, range.upperBound - min(Self.heldBack, range.upperBound))
    var touched: ClosedRange<Int>?
    var position = range.lowerBound
    while position < last {
      position += try await sendPiece(from: position, before: last, &touched)
    }
    try await drain()
    try await verify(touched)
    while position < range.upperBound {
      position += try await sendPiece(from: position, before: range.upperBound, &touched)
    }
    do throws(RequestFailure) { try await writer.finish() } catch { throw .transfer(error) }
  }

  private func sendPiece(
    from position: UInt64, before end: UInt64, _ touched: inout ClosedRange<Int>?
  ) async throws(ArchiveFailure) -> UInt64 {
    guard let extent = snapshot.layout.extent(at: position) else { return end - position }
    let limit = end - position
    switch extent {
    case .localHeader(let member, let bytes):
      touched = min(touched?.lowerBound ?? member, member)...member
      let header = snapshot.layout.localHeader(of: member, checksum: try await checksum(member))
      let part = bytes.lowerBound..<min(bytes.upperBound, bytes.lowerBound + Int(min(limit, UInt64(bytes.count))))
      try await write(Array(header[part]))
      return UInt64(part.count)
    case .content(let member, let bytes):
      touched = min(touched?.lowerBound ?? member, member)...member
      let count = min(UInt64(bytes.count), limit)
      try await sendContent(of: member, bytes.lowerBound..<bytes.lowerBound + count)
      return count
    case .centralDirectory(let bytes):
      let count = min(UInt64(bytes.count), limit, Self.directoryChunk)
      try await sendDirectory(bytes.lowerBound..<bytes.lowerBound + count)
      return count
    }
  }

  // MARK: Pieces

  private func sendContent(of member: Int, _ range: Range<UInt64>) async throws(ArchiveFailure) {
    let file = try await files.file(member)
    computeAhead(of: member)
    var position = range.lowerBound
    var unchecked: UInt64 = 0
    while position < range.upperBound {
      let end = min(position + Self.slice, range.upperBound)
      try await warm(file, position..<end, member, end: range.upperBound)
      do throws(RequestFailure) {
        try await writer.write(file, position..<end)
        if pause > 0 {
          try await writer.flush()
          await EventLoop.current.sleep(nanoseconds: pause)
        }
      } catch {
        try await blame(error, file, member)
      }
      unchecked += end - position
      position = end
      if unchecked >= Self.checkInterval || (position == range.upperBound && unchecked >= Self.checkMinimum) {
        try await check(file, member)
        unchecked = 0
      }
      await Task.yield()
    }
  }

  private func check(_ file: SharedDescriptor, _ member: Int) async throws(ArchiveFailure) {
    let target = snapshot.members[member]
    let source = snapshot.source
    do throws(FolderError) {
      try await reading.run { () throws(FolderError) in try source.check(file.descriptor, is: target) }
    } catch {
      throw ArchiveFailure(error, target)
    }
  }

  /// A transfer that stopped because the file ended too early is the file's fault, not the client's.
  private func blame(
    _ failure: RequestFailure, _ file: SharedDescriptor, _ member: Int
  ) async throws(ArchiveFailure) {
    try await check(file, member)
    throw .transfer(failure)
  }

  /// Makes sure that handing the pages over will not wait for a disk.
  private func warm(
    _ file: SharedDescriptor, _ range: Range<UInt64>, _ member: Int, end: UInt64
  ) async throws(ArchiveFailure) {
    var offset = range.lowerBound
    var isWarm = file.descriptor.isCached(at: range.upperBound - 1)
    while isWarm, offset < range.upperBound {
      isWarm = file.descriptor.isCached(at: offset)
      offset += Self.probe
    }
    guard !isWarm else { return }
    let window = range.lowerBound..<min(range.lowerBound + Self.warmUp, end)
    let next = window.upperBound..<min(window.upperBound + 2 * Self.warmUp, end)
    do throws(Errno) {
      try await reading.run { () throws(Errno) in
        if !next.isEmpty { file.descriptor.readAhead(next) }
        try file.descriptor.warm(window)
      }
    } catch {
      throw .memberUnreadable(String(decoding: snapshot.members[member].path, as: UTF8.self), error.description)
    }
  }

  private func sendDirectory(_ range: Range<UInt64>) async throws(ArchiveFailure) {
    // Every checksum has to be known before the bytes can be made: those of members that a range left out, too.
    for index in 0..<snapshot.members.count where snapshot.checksums[index] == nil {
      computeAhead(of: index)
      _ = try await checksum(index)
    }
    let known = snapshot.checksums
    try await write(
      snapshot.layout.centralDirectory(from: range.lowerBound, to: range.upperBound) { known[$0] ?? 0 })
  }

  private func write(_ bytes: [UInt8]) async throws(ArchiveFailure) {
    do throws(RequestFailure) { try await writer.write(bytes) } catch { throw .transfer(error) }
  }

  private func drain() async throws(ArchiveFailure) {
    do throws(RequestFailure) { try await writer.drain() } catch { throw .transfer(error) }
  }

  // MARK: Checksums

  private func checksum(_ index: Int) async throws(ArchiveFailure) -> UInt32 {
    await checksums.recall(snapshot, upTo: index)
    if let known = snapshot.checksums[index] { return known }
    guard let promise = checksums.prepare(snapshot, index) else { return snapshot.checksums[index] ?? 0 }
    computeAhead(of: index)
    // What has been sent so far must not wait for the disk with us.
    do throws(RequestFailure) { try await writer.flush() } catch { throw .transfer(error) }
    while true {
      if let outcome = await promise.wait(until: EventLoop.current.now &+ 500_000_000) {
        return try outcome.get()
      }
      if writer.isAborted { throw .transfer(.aborted) }
    }
  }

  /// Has the checksums of the next members computed while this one is sent.
  private func computeAhead(of index: Int) {
    var bytes: UInt64 = 0
    var next = index + 1
    while next < snapshot.recalledCount, next - index <= Self.aheadMembers, bytes < Self.aheadBytes {
      if snapshot.checksums[next] == nil {
        checksums.prepare(snapshot, next)
        bytes += snapshot.members[next].size
      }
      next += 1
    }
  }

  // MARK: The last check

  /// Every member of which something was sent must still be what was listed.
  private func verify(_ touched: ClosedRange<Int>?) async throws(ArchiveFailure) {
    guard let touched else { return }
    let source = snapshot.source
    let pinned = Array(snapshot.members[touched])
    let changed: FolderMember?
    do throws(FolderError) {
      changed = try await reading.run { () throws(FolderError) -> FolderMember? in
        let current = try source.list()
        return Self.firstMissing(pinned, in: current)
      }
    } catch .notFound {
      throw .changed(source.name)
    } catch {
      throw .unreadable(error.description)
    }
    if let changed { throw .changed(String(decoding: changed.path, as: UTF8.self)) }
  }

  /// Both are in the order of their paths.
  private nonisolated static func firstMissing(_ pinned: [FolderMember], in current: [FolderMember]) -> FolderMember? {
    var index = 0
    for member in pinned {
      while index < current.count, current[index] != member { index += 1 }
      if index == current.count { return member }
      index += 1
    }
    return nil
  }
}
