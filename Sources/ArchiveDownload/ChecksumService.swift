internal import EventLoop
internal import LocalStorage
internal import Posix
internal import Storage

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
  /// How often, in nanoseconds, those who wait are told at most while a batch goes on.
  private nonisolated static let reportInterval: UInt64 = 2_000_000
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
    var unknown: [Int] = []
    for (index, member) in lacking.enumerated() {
      let identity = identities[index]
      if let checksum = remembered[index] ?? unsaved[identity] {
        snapshot.settle(member, .success(checksum))
      } else if computing[identity] != nil {
        computing[identity]?.append((snapshot, member))
      } else {
        computing[identity] = [(snapshot, member)]
        unknown.append(member)
      }
    }
    guard let first = unknown.first else { return }
    let soonest = snapshot.promise(of: first)
    let batches = Self.batches(of: unknown.map { snapshot.members[$0] })
    for (index, batch) in batches.enumerated() {
      EventLoop.current.start { [self] in await compute(batch, of: snapshot.source) }
      // What is needed first has the disk for itself.
      if index == 0, batches.count > 1 { _ = await soonest?.wait() }
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
    var settled = 0
    while true {
      let (before, told) = (work, settled)
      (work, settled) = await pool.run { [self] in
        var (work, told) = (before, told)
        var reported = Clock.monotonicNanoseconds()
        work.proceed(Self.stepBytes) { outcomes in
          let now = Clock.monotonicNanoseconds()
          guard now &- reported > Self.reportInterval else { return }
          reported = now
          let news = Array(zip(batch, outcomes).dropFirst(told))
          told = outcomes.count
          EventLoop.current.start { [self] in settle(news, readSince: start) }
        }
        return (work, told)
      }
      settle(Array(zip(batch, work.outcomes).dropFirst(settled)), readSince: start)
      settled = work.outcomes.count
      if work.isDone { break }
      if EventLoop.current.now &- asked > Self.askInterval {
        asked = EventLoop.current.now
        let memory = self.memory
        let identity = work.current.identity
        if let found = await remembering.run({ memory.checksums(of: [identity]) }).first ?? nil { work.supply(found) }
      }
    }
  }

  /// Supplies outcomes to all who wait for them, and has them remembered.
  private func settle(_ outcomes: [(FolderMember, ChecksumWork.Outcome)], readSince start: Timestamp) {
    for (member, outcome) in outcomes {
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
