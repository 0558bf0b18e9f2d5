internal import EventLoop
internal import FileStore
internal import Posix

/// Supplies the CRC-32 of members: remembered, or computed once for all who wait for it, and finished even if they
/// leave.
@EventLoopActor
final class ChecksumService {
  /// Members that are computed in one go: so many, or until there are so many bytes.
  private nonisolated static let batchCount = 64
  private nonisolated static let batchBytes: UInt64 = 4 << 20
  /// Bytes after which a thread turns to others who wait for it.
  private nonisolated static let stepBytes: UInt64 = 32 << 20
  /// How often, in nanoseconds, a long computation asks whether another worker was faster.
  private static let askInterval: UInt64 = 2_000_000_000
  /// Computed checksums that wait to be remembered together, and for how long.
  private static let rememberBatch = 256
  private static let rememberDelay: UInt64 = 200_000_000

  private let memory: ChecksumMemory
  private let threads: DiskThreads
  private let remembering: BlockingPool
  /// Who waits for the computations that are under way.
  private var computing: [FileIdentity: [(snapshot: ArchiveSnapshot, member: Int)]] = [:]
  private var unsaved: [FileIdentity: UInt32] = [:]
  private var unsavedSince = Clock.now()
  private var savesSoon = false

  /// - Parameter remembering: threads for the memory's database.
  init(memory: ChecksumMemory, threads: DiskThreads, remembering: BlockingPool) {
    self.memory = memory
    self.threads = threads
    self.remembering = remembering
  }

  /// How many members' checksums are being computed.
  var backlog: Int { computing.count }

  /// Has the checksums of members found out, as far as they are neither known nor under way.
  func prepare(_ members: some Sequence<Int>, of snapshot: ArchiveSnapshot) {
    let lacking = members.filter { snapshot.lacksChecksum(of: $0) }
    guard !lacking.isEmpty else { return }
    for member in lacking { snapshot.expectChecksum(of: member) }
    EventLoop.current.start { [self] in await find(lacking, of: snapshot) }
  }

  private func find(_ lacking: [Int], of snapshot: ArchiveSnapshot) async {
    let identities = lacking.map { snapshot.members[$0].identity }
    let memory = self.memory
    let remembered = await remembering.run { memory.checksums(of: identities) }
    var unknown: [FolderMember] = []
    for (index, member) in lacking.enumerated() {
      let identity = identities[index]
      if let checksum = remembered[index] ?? unsaved[identity] {
        snapshot.settle(member, .success(checksum))
      } else if computing[identity] != nil {
        computing[identity]?.append((snapshot, member))
      } else {
        computing[identity] = [(snapshot, member)]
        unknown.append(snapshot.members[member])
      }
    }
    for batch in Self.batches(of: unknown) {
      EventLoop.current.start { [self] in await compute(batch, of: snapshot.source) }
    }
  }

  /// Small files together, large ones by themselves, each batch on one disk.
  nonisolated static func batches(of members: [FolderMember]) -> [[FolderMember]] {
    var batches: [[FolderMember]] = []
    var batch: [FolderMember] = []
    var bytes: UInt64 = 0
    for member in members {
      let fits = bytes + min(member.size, batchBytes) <= batchBytes && batch.count < batchCount
      if let first = batch.first, !fits || first.identity.device != member.identity.device {
        batches.append(batch)
        batch = []
        bytes = 0
      }
      batch.append(member)
      bytes += min(member.size, batchBytes)
    }
    if !batch.isEmpty { batches.append(batch) }
    return batches
  }

  private func compute(_ batch: [FolderMember], of source: any ArchiveSource) async {
    let pool = threads.disk(batch[0].identity.device).checksums
    let start = Clock.now()
    var asked = EventLoop.current.now
    var work = ChecksumWork(batch, of: source)
    while true {
      let before = work
      work = await pool.run {
        var work = before
        work.proceed(Self.stepBytes)
        return work
      }
      if work.isDone { break }
      if EventLoop.current.now &- asked > Self.askInterval {
        asked = EventLoop.current.now
        let memory = self.memory
        let identity = work.current.identity
        if let found = await remembering.run({ memory.checksums(of: [identity]) }).first ?? nil { work.supply(found) }
        if work.isDone { break }
      }
    }
    for (member, outcome) in zip(batch, work.outcomes) {
      if case .success(let checksum) = outcome { remember(member.identity, checksum, readSince: start) }
      for waiting in computing.removeValue(forKey: member.identity) ?? [] {
        waiting.snapshot.settle(waiting.member, outcome)
      }
    }
  }

  // MARK: Remembering

  private func remember(_ identity: FileIdentity, _ checksum: UInt32, readSince start: Timestamp) {
    if unsaved.isEmpty || start < unsavedSince { unsavedSince = start }
    unsaved[identity] = checksum
    if unsaved.count >= Self.rememberBatch {
      save()
    } else if !savesSoon {
      savesSoon = true
      EventLoop.current.start { [self] in
        await EventLoop.current.sleep(nanoseconds: Self.rememberDelay)
        savesSoon = false
        save()
      }
    }
  }

  private func save() {
    guard !unsaved.isEmpty else { return }
    let batch = unsaved.map { (identity: $0.key, crc32: $0.value) }
    let since = unsavedSince
    unsaved = [:]
    let memory = self.memory
    remembering.submit { memory.remember(batch, readSince: since) }
  }
}
