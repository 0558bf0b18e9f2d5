internal import EventLoop
internal import LocalStorage
internal import Posix
internal import Storage
internal import ZipArchive

/// What a member's bytes are sent from.
enum MemberContent: Sendable {
  /// All of them: a short file has been read, and is closed again.
  case bytes([UInt8])
  /// The open file.
  case content(any OpenedContent)
}

/// Opens the members of an archive a little ahead of the sender, on threads that may wait for the disk.
@EventLoopActor
final class MemberFiles {
  typealias Outcome = Result<MemberContent, ArchiveFailure>

  /// Files that are open ahead at most, and their bytes after which no further one is opened.
  private static let aheadCount = 16
  private static let aheadBytes: UInt64 = 16 << 20
  /// Bytes of each that are brought into the page cache.
  private nonisolated static let readAhead: UInt64 = 4 << 20
  /// Distance of the looks into the page cache.
  private nonisolated static let lookDistance: UInt64 = 1 << 20
  /// Where no more bytes of a file are needed, nothing around them is read.
  private nonisolated static let fewBytes: UInt64 = 65_536
  /// Nanoseconds after which opening a file is taken for slow.
  private static let patience: UInt64 = 5_000_000
  /// Up to this length a file is read at once: handing over its pages would cost more than copying them.
  nonisolated static let shortLength: UInt64 = 16_384

  private let snapshot: ArchiveSnapshot
  private let threads: DiskThreads
  private let allowance: OpenFileAllowance
  private let range: Range<UInt64>
  private let end: Int
  private var next: Int
  private var opened: [Int: LoopPromise<Outcome>] = [:]
  private var openedBytes: UInt64 = 0

  /// - Parameters:
  ///   - members: those that will be asked for, in this order, but for empty ones.
  ///   - range: the bytes of the archive for which they will be.
  init(
    _ snapshot: ArchiveSnapshot, _ members: Range<Int>, range: Range<UInt64>, threads: DiskThreads,
    allowance: OpenFileAllowance
  ) {
    self.snapshot = snapshot
    self.range = range
    self.threads = threads
    self.allowance = allowance
    next = members.lowerBound
    end = members.upperBound
  }

  /// Takes over the content of a member, the next one that is needed, and has those behind it opened.
  /// - Parameter beforeWaiting: called where it is not ready, and will take a while.
  func content(
    _ member: Int, beforeWaiting: () async throws(ArchiveFailure) -> Void
  ) async throws(ArchiveFailure) -> MemberContent {
    if opened[member] == nil {
      next = member
      openBatch()
    }
    guard let promise = opened.removeValue(forKey: member) else { throw .changed(snapshot.members[member].text) }
    openedBytes -= snapshot.members[member].size
    allowance.giveBack(1)
    if opened.count <= Self.aheadCount / 4, openedBytes <= Self.aheadBytes / 2 { openBatch() }
    if let outcome = await promise.wait(until: EventLoop.current.now &+ Self.patience) { return try outcome.get() }
    try await beforeWaiting()
    guard let outcome = await promise.wait() else { throw .changed(snapshot.members[member].text) }
    return try outcome.get()
  }

  /// Closes what was opened ahead.
  func close() {
    next = end
    allowance.giveBack(opened.count)
    opened = [:]
    openedBytes = 0
  }

  private func openBatch() {
    var batch: [(member: FolderMember, needed: Range<UInt64>)] = []
    var promises: [LoopPromise<Outcome>] = []
    let most = allowance.take(upTo: Self.aheadCount - opened.count)
    while next < end, batch.count < most, openedBytes < Self.aheadBytes {
      let member = snapshot.members[next]
      if member.size > 0 {
        if let first = batch.first?.member, first.identity.device != member.identity.device { break }
        let promise = LoopPromise<Outcome>()
        opened[next] = promise
        openedBytes += member.size
        batch.append((member, snapshot.layout.content(ofMember: next, in: range)))
        promises.append(promise)
      }
      next += 1
    }
    allowance.giveBack(most - batch.count)
    guard let first = batch.first?.member else { return }
    let members = batch
    let waiting = promises
    let source = snapshot.source
    let disk = threads.disk(first.identity.device)
    EventLoop.current.start {
      let outcomes = await disk.opening.run { members.map { Self.open($0.member, $0.needed, of: source, disk) } }
      for (promise, outcome) in zip(waiting, outcomes) { promise.fulfil(outcome) }
    }
  }

  private nonisolated static func open(
    _ member: FolderMember, _ needed: Range<UInt64>, of source: any ArchiveSource, _ threads: DiskThreads.Disk
  ) -> Outcome {
    do throws(FolderError) {
      let file = try source.open(member)
      guard member.size > shortLength else {
        let bytes = try file.bytes(0..<member.size)
        try source.check(file, is: member)
        return .success(.bytes(bytes))
      }
      if needed.count <= fewBytes { file.expectScatteredReading() }
      let knowledge = file.pageKnowledge(at: needed.lowerBound)
      if needed.count > fewBytes, knowledge != .alwaysCached {
        let start = needed.lowerBound..<min(needed.upperBound, needed.lowerBound + readAhead)
        // To go through all the pages that are there already takes longer than to look at some.
        if !file.isCached(start, lookingEvery: lookDistance) { file.readAhead(start) }
      }
      let content = LocalContent(
        SharedDescriptor(file), member.identity.version, threads: threads, pageKnowledge: knowledge)
      return .success(.content(content))
    } catch {
      return .failure(ArchiveFailure(error, member))
    }
  }
}

extension FileDescriptor {
  /// Reads a part of the file.
  /// - Throws: `changed` where the file ends before the part does.
  func bytes(_ range: Range<UInt64>) throws(FolderError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try self.bytes(in: range) } catch { throw .io(error, context: "reading") }
    guard bytes.count == range.count else { throw .changed }
    return bytes
  }
}
