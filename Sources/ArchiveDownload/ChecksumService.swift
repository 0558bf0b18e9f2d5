internal import EventLoop
internal import FileStore
internal import Posix

/// Supplies the CRC-32 of members: remembered, or computed once for all who wait for it, and finished even if they
/// leave.
@EventLoopActor
final class ChecksumService {
  typealias Outcome = Result<UInt32, ArchiveFailure>

  /// A computation that runs or waits, and the members whose checksum it is.
  @EventLoopActor
  private final class Computation {
    let promise = LoopPromise<Outcome>()
    private(set) var places: [(snapshot: ArchiveSnapshot, index: Int)] = []

    func serve(_ snapshot: ArchiveSnapshot, _ index: Int) {
      guard !places.contains(where: { $0.snapshot === snapshot && $0.index == index }) else { return }
      places.append((snapshot, index))
    }
  }

  /// Members that the memory is asked for at once.
  private static let recallBatch = 1_024
  /// Computed checksums that wait to be remembered together.
  private static let rememberBatch = 256
  private static let rememberDelay: UInt64 = 200_000_000

  private let memory: ChecksumMemory
  private let reading: BlockingPool
  private let remembering: BlockingPool
  private var underWay: [FileIdentity: Computation] = [:]
  private var unsaved: [(identity: FileIdentity, crc32: UInt32)] = []
  private var unsavedSince = Clock.now()
  private var savesSoon = false

  /// - Parameters:
  ///   - reading: threads that read photo files.
  ///   - remembering: threads for the memory's database.
  init(memory: ChecksumMemory, reading: BlockingPool, remembering: BlockingPool) {
    self.memory = memory
    self.reading = reading
    self.remembering = remembering
  }

  /// How many computations run or wait.
  var backlog: Int { underWay.count }

  /// Makes sure that the memory has been asked for a member.
  func recall(_ snapshot: ArchiveSnapshot, upTo index: Int) async {
    while snapshot.recalledCount <= index, snapshot.recalledCount < snapshot.members.count {
      if let running = snapshot.recall {
        _ = await running.wait()
        continue
      }
      let promise = LoopPromise<Bool>()
      snapshot.recall = promise
      let start = snapshot.recalledCount
      let end = min(start + Self.recallBatch, snapshot.members.count)
      if snapshot.checksums[start..<end].contains(nil) {
        let identities = snapshot.members[start..<end].map(\.identity)
        let memory = self.memory
        let found = await remembering.run { memory.checksums(of: identities) }
        for (offset, checksum) in found.enumerated() where snapshot.checksums[start + offset] == nil {
          snapshot.checksums[start + offset] = checksum
        }
      }
      snapshot.recalledCount = end
      snapshot.recall = nil
      promise.fulfil(true)
    }
  }

  /// Starts to compute the checksum of a member unless it is known or under way. The snapshot has it when it is there,
  /// whether or not anybody waits.
  /// - Returns: what will hold the outcome; nil where it is known already.
  @discardableResult
  func prepare(_ snapshot: ArchiveSnapshot, _ index: Int) -> LoopPromise<Outcome>? {
    guard snapshot.checksums[index] == nil else { return nil }
    let member = snapshot.members[index]
    let computation: Computation
    if let running = underWay[member.identity] {
      computation = running
    } else {
      computation = Computation()
      underWay[member.identity] = computation
      EventLoop.current.start { [self] in await compute(member, of: snapshot.source, computation) }
    }
    computation.serve(snapshot, index)
    return computation.promise
  }

  private func compute(
    _ member: FolderMember, of source: any ArchiveSource, _ computation: Computation
  ) async {
    let start = Clock.now()
    let outcome: Outcome
    do throws(ArchiveFailure) {
      outcome = .success(
        try await reading.run { () throws(ArchiveFailure) -> UInt32 in
          try FileChecksum.compute(member, of: source)
        })
    } catch {
      outcome = .failure(error)
    }
    underWay[member.identity] = nil
    if case .success(let checksum) = outcome {
      for place in computation.places { place.snapshot.checksums[place.index] = checksum }
      remember(member.identity, checksum, readSince: start)
    }
    computation.promise.fulfil(outcome)
  }

  // MARK: Remembering

  private func remember(_ identity: FileIdentity, _ checksum: UInt32, readSince start: Timestamp) {
    if unsaved.isEmpty || start < unsavedSince { unsavedSince = start }
    unsaved.append((identity, checksum))
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
    let batch = unsaved
    let since = unsavedSince
    unsaved = []
    let memory = self.memory
    remembering.submit { memory.remember(batch, readSince: since) }
  }
}
