internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// Finds out the CRC-32 of files: remembered, or computed once for all who want it, and to the end even if they leave.
final class ChecksumFinder: Sendable {
  typealias Outcome = Result<UInt32, StorageError>
  typealias Found = @Sendable ([(index: Int, outcome: Outcome)]) -> Void

  /// Files that are computed in one go: so many, or until there are so many bytes.
  private static let batchCount = 64
  private static let batchBytes: UInt64 = 4 << 20
  /// Bytes after which a thread turns to others who wait for it.
  private static let stepBytes: UInt64 = 32 << 20
  /// How often, in nanoseconds, a long computation asks whether another worker was faster.
  private static let askInterval: UInt64 = 2_000_000_000
  /// How often, in nanoseconds, those who wait are notified at most while a batch goes on.
  private static let reportInterval: UInt64 = 2_000_000
  /// Computed checksums that are remembered together, and for how many nanoseconds they wait for others.
  private static let rememberBatch = 256
  private static let rememberDelay: UInt64 = 200_000_000

  /// Who wants checksums.
  private final class Request: Sendable {
    let found: Found

    init(_ found: @escaping Found) {
      self.found = found
    }
  }

  private struct State {
    /// Who waits for the computations that are under way, and for which of its files.
    var computing: [ContentVersion: [(request: Request, index: Int)]] = [:]
    var unsaved: [ContentVersion: UInt32] = [:]
    /// Those that are on their way into the memory.
    var saving: [ContentVersion: UInt32] = [:]
    /// How often some have got there.
    var saves: UInt64 = 0
    /// When the reading of the first of these began, and when it was done.
    var unsavedSince = Timestamp(seconds: 0)
    var firstUnsaved: UInt64 = 0
  }

  private let memory: ChecksumMemory
  private let threads: DiskThreads
  /// Threads for the memory's database.
  private let remembering = BlockingPool(name: "checksum-memory", limit: 2)
  private let state = Mutex(State())

  init(memory: ChecksumMemory, threads: DiskThreads) {
    self.memory = memory
    self.threads = threads
  }

  /// Finds out the checksums of files.
  /// - Parameter found: called on any thread, again and again, with what was found out since, by the places of the files
  ///   among `members`.
  func find(_ members: [TreeMember], of files: any TreeFiles, _ found: @escaping Found) {
    let request = Request(found)
    remembering.submit { [self] in
      let (known, unknown) = lookUp(members, for: request)
      if !known.isEmpty { found(known) }
      let batches = Self.batches(of: unknown)
      guard let first = batches.first else { return }
      // What is needed first has the disk for itself.
      let others: @Sendable () -> Void = { [self] in
        for batch in batches.dropFirst() { start(Computation(batch, of: files) {}) }
      }
      start(Computation(first, of: files, first: others))
    }
  }

  /// What is known already, and what has to be computed; for what is being computed, the request waits.
  private func lookUp(
    _ members: [TreeMember], for request: Request
  ) -> (known: [(index: Int, outcome: Outcome)], unknown: [TreeMember]) {
    while true {
      let saves = state.withLock { $0.saves }
      let remembered = memory.checksums(of: members.map(\.version))
      var known: [(index: Int, outcome: Outcome)] = []
      var unknown: [TreeMember] = []
      let isPresent = state.withLock { state in
        // What has got into the memory since it was asked would be computed again.
        guard state.saves == saves else { return false }
        for (index, member) in members.enumerated() {
          let version = member.version
          if let checksum = remembered[index] ?? state.unsaved[version] ?? state.saving[version] {
            known.append((index, .success(checksum)))
          } else if state.computing[version] != nil {
            state.computing[version]?.append((request, index))
          } else {
            state.computing[version] = [(request, index)]
            unknown.append(member)
          }
        }
        return true
      }
      if isPresent { return (known, unknown) }
    }
  }

  /// Small files together, large ones by themselves, each batch on one disk.
  static func batches(of members: [TreeMember]) -> [[TreeMember]] {
    var batches: [[TreeMember]] = []
    var batch: [TreeMember] = []
    var bytes: UInt64 = 0
    for member in members {
      let fits = bytes + min(member.size, batchBytes) <= batchBytes && batch.count < batchCount
      if let first = batch.first, !fits || first.version.medium != member.version.medium {
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

  // MARK: Computing

  /// The computation of a batch, between two of its steps.
  private struct Computation: Sendable {
    let batch: [TreeMember]
    let began = Clock.now()
    var work: ChecksumWork
    /// How many outcomes were reported.
    var reported = 0
    /// When the memory was last asked.
    var asked = Clock.monotonicNanoseconds()
    /// Called when the first checksum is there.
    let first: @Sendable () -> Void

    init(_ batch: [TreeMember], of files: any TreeFiles, first: @escaping @Sendable () -> Void) {
      self.batch = batch
      self.first = first
      work = ChecksumWork(batch, of: files)
    }
  }

  private func start(_ computation: Computation) {
    threads.disk(computation.batch[0].version.medium).checksums.submit { [self] in proceed(computation) }
  }

  private func proceed(_ computation: Computation) {
    var (work, reported, asked) = (computation.work, computation.reported, computation.asked)
    var lastReport = Clock.monotonicNanoseconds()
    work.proceed(Self.stepBytes) { outcomes in
      let now = Clock.monotonicNanoseconds()
      guard now &- lastReport > Self.reportInterval else { return }
      lastReport = now
      report(outcomes, of: computation, &reported)
    }
    report(work.outcomes, of: computation, &reported)
    guard !work.isDone else { return }
    let now = Clock.monotonicNanoseconds()
    if now &- asked > Self.askInterval {
      asked = now
      if let found = memory.checksums(of: [work.current.version]).first ?? nil { work.supply(found) }
    }
    var next = computation
    (next.work, next.reported, next.asked) = (work, reported, asked)
    // Behind others who wait for the disk.
    start(next)
  }

  /// Supplies outcomes to all who wait for them, and has them remembered.
  private func report(_ outcomes: [Outcome], of computation: Computation, _ reported: inout Int) {
    let news = Array(zip(computation.batch, outcomes).dropFirst(reported))
    guard !news.isEmpty else { return }
    var found: [ObjectIdentifier: (request: Request, outcomes: [(index: Int, outcome: Outcome)])] = [:]
    state.withLock { state in
      for (member, outcome) in news {
        if case .success(let checksum) = outcome {
          if state.unsaved.isEmpty { state.firstUnsaved = Clock.monotonicNanoseconds() }
          if state.unsaved.isEmpty || computation.began < state.unsavedSince {
            state.unsavedSince = computation.began
          }
          state.unsaved[member.version] = checksum
        }
        for (request, index) in state.computing.removeValue(forKey: member.version) ?? [] {
          found[ObjectIdentifier(request), default: (request, [])].outcomes.append((index, outcome))
        }
      }
    }
    for (request, outcomes) in found.values { request.found(outcomes) }
    if reported == 0 { computation.first() }
    reported = outcomes.count
    saveIfDue()
  }

  // MARK: Remembering

  /// Has computed checksums remembered where they are many, have waited, or no others will come soon.
  private func saveIfDue() {
    let (batch, since): ([(version: ContentVersion, crc32: UInt32)], Timestamp) = state.withLock { state in
      let isDue =
        state.unsaved.count >= Self.rememberBatch || state.computing.isEmpty
        || Clock.monotonicNanoseconds() &- state.firstUnsaved > Self.rememberDelay
      guard isDue else { return ([], state.unsavedSince) }
      let batch = state.unsaved.map { (version: $0.key, crc32: $0.value) }
      state.saving.merge(state.unsaved) { _, new in new }
      state.unsaved = [:]
      return (batch, state.unsavedSince)
    }
    guard !batch.isEmpty else { return }
    remembering.submit { [self] in
      memory.remember(batch, readSince: since)
      state.withLock { state in
        for entry in batch { state.saving[entry.version] = nil }
        state.saves += 1
      }
    }
  }
}
