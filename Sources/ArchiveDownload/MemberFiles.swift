internal import EventLoop
internal import FileStore
internal import Posix

/// Opens the members of an archive a little ahead of the sender, on threads that may wait for the disk.
@EventLoopActor
final class MemberFiles {
  typealias Outcome = Result<SharedDescriptor, ArchiveFailure>

  /// Members that are opened at once, and the bytes after which no further one is: large files one at a time, small
  /// ones in batches.
  private static let batchCount = 16
  private nonisolated static let batchBytes: UInt64 = 4 << 20

  private let snapshot: ArchiveSnapshot
  private let pool: BlockingPool
  private var opened: [Int: LoopPromise<Outcome>] = [:]
  private var nextToOpen = 0

  init(_ snapshot: ArchiveSnapshot, pool: BlockingPool) {
    self.snapshot = snapshot
    self.pool = pool
  }

  /// Takes over the file of a member, which is the next one that is needed, and has those behind it opened.
  func file(_ index: Int) async throws(ArchiveFailure) -> SharedDescriptor {
    if opened[index] == nil {
      nextToOpen = index
      openBatch()
    }
    let promise = opened.removeValue(forKey: index)
    if opened.isEmpty { openBatch() }
    guard let outcome = await promise?.wait() else { throw .changed("") }
    return try outcome.get()
  }

  private func openBatch() {
    var batch: [(member: FolderMember, promise: LoopPromise<Outcome>)] = []
    var bytes: UInt64 = 0
    while nextToOpen < snapshot.members.count, batch.count < Self.batchCount, bytes < Self.batchBytes {
      let member = snapshot.members[nextToOpen]
      let promise = LoopPromise<Outcome>()
      opened[nextToOpen] = promise
      batch.append((member, promise))
      bytes += member.size
      nextToOpen += 1
    }
    guard !batch.isEmpty else { return }
    let members = batch.map(\.member)
    let promises = batch.map(\.promise)
    let source = snapshot.source
    EventLoop.current.start { [pool] in
      let outcomes = await pool.run { members.map { Self.open($0, of: source) } }
      for (promise, outcome) in zip(promises, outcomes) { promise.fulfil(outcome) }
    }
  }

  private nonisolated static func open(_ member: FolderMember, of source: any ArchiveSource) -> Outcome {
    do throws(FolderError) {
      let file = try source.open(member)
      file.readAhead(0..<min(member.size, batchBytes))
      return .success(SharedDescriptor(file))
    } catch {
      return .failure(ArchiveFailure(error, member))
    }
  }
}
