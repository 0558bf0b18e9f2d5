internal import EventLoop
internal import Storage

/// Brings small objects that come at about the same time into the engine as one blob, and gives them their names in one
/// transaction: engine and database have as much work with many as with one.
///
/// Whoever comes alone waits for nobody. Whoever finds a group on its way to the engine waits for it, and is in the next group
/// with all who have come meanwhile. That begins when it has as many as the one before, and a few milliseconds later where they
/// do not come; where a group takes long, another begins beside it.
@EventLoopActor
final class GroupCommit {
  /// The most groups under way at an engine that is slow.
  private static let mostUnderWay = 8
  /// For how long an object waits for its group to begin, in nanoseconds.
  private static let longestWait: UInt64 = 10_000_000_000

  private enum Turn: Sendable {
    /// It was in a group, with this outcome.
    case done(Result<Void, StorageError>)
    /// It brings in the next group.
    case leads
  }

  @EventLoopActor
  private struct Member: Sendable {
    let object: PackContent.Member
    let turn = LoopPromise<Turn>()
  }

  /// For how long a group under way keeps the next from beginning, in nanoseconds.
  private let overlapDelay: UInt64
  /// For how long a group waits for as many as were in the last one, in nanoseconds.
  private let gatherDelay: UInt64
  private var waiting: [Member] = []
  private var underWay = 0
  /// How many objects the last group had.
  private var lastCount = 1
  /// Where those who lead the next groups wait for others.
  private var gathering: [WaitPoint] = []

  nonisolated init(overlapDelay: UInt64 = 25_000_000, gatherDelay: UInt64 = 3_000_000) {
    self.overlapDelay = overlapDelay
    self.gatherDelay = gatherDelay
  }

  /// How many wait for the next group.
  var waitingCount: Int { waiting.count }

  /// Waits until an object is in, or refused.
  /// - Parameters:
  ///   - put: brings the contents of objects with different keys into the engine. The next group begins when it is done.
  ///   - name: gives them their names, and says of each whether it has it, or why not.
  func commit<Content>(
    _ object: PackContent.Member,
    put: @EventLoopActor ([PackContent.Member]) async throws(StorageError) -> Content,
    name: @EventLoopActor ([PackContent.Member], Content) async throws(StorageError) -> [Result<Void, StorageError>]
  ) async throws(StorageError) {
    if underWay > 0 {
      let member = Member(object: object)
      waiting.append(member)
      for leader in gathering { leader.wake() }
      if let outcome = await wait(member) { return try outcome.get() }
    } else {
      underWay += 1
    }
    await gather()
    let others = takeOthers(than: object)
    lastCount = others.count + 1
    let group = [object] + others.map(\.object)
    let content: Content
    do throws(StorageError) {
      content = try await put(group)
      endGroup()
    } catch {
      endGroup()
      for other in others { other.turn.fulfil(.done(.failure(error))) }
      throw error
    }
    let outcomes: [Result<Void, StorageError>]
    do throws(StorageError) { outcomes = try await name(group, content) } catch {
      outcomes = group.map { _ in .failure(error) }
    }
    for (other, outcome) in zip(others, outcomes.dropFirst()) { other.turn.fulfil(.done(outcome)) }
    return try outcomes[0].get()
  }

  /// Waits until as many wait as are likely to come: those who were in the last group.
  private func gather() async {
    guard waiting.count + 1 < lastCount else { return }
    let point = WaitPoint()
    gathering.append(point)
    let end = EventLoop.current.now + gatherDelay
    while waiting.count + 1 < lastCount, await point.wait(until: end) == .woken {}
    gathering.removeAll { $0 === point }
  }

  /// Waits until an object was in a group.
  /// - Returns: nil where it is to lead the next one.
  private func wait(_ member: Member) async -> Result<Void, StorageError>? {
    let began = EventLoop.current.now
    while true {
      switch await member.turn.wait(until: EventLoop.current.now + overlapDelay) {
      case .done(let outcome): return outcome
      case .leads: return nil
      case nil:
        guard let index = waiting.firstIndex(where: { $0.turn === member.turn }) else { continue }
        if underWay < Self.mostUnderWay {
          waiting.remove(at: index)
          underWay += 1
          return nil
        }
        guard EventLoop.current.now - began < Self.longestWait else {
          waiting.remove(at: index)
          return .failure(.unavailable("the engine is slow, and too many small objects wait for it"))
        }
      }
    }
  }

  /// After the only group that was under way the next one begins: whoever has waited longest leads it.
  private func endGroup() {
    if waiting.isEmpty || underWay > 1 {
      underWay -= 1
    } else {
      waiting.removeFirst().turn.fulfil(.leads)
    }
  }

  /// Those who have waited longest, but each key once: of the others with it one at a time is in the groups that follow.
  private func takeOthers(than first: PackContent.Member) -> [Member] {
    var (group, rest): ([Member], [Member]) = ([], [])
    var keys: Set<ObjectName> = [ObjectName(first)]
    for member in waiting {
      if group.count + 1 < Pack.mostObjects, keys.insert(ObjectName(member.object)).inserted {
        group.append(member)
      } else {
        rest.append(member)
      }
    }
    waiting = rest
    return group
  }

  private struct ObjectName: Hashable {
    let bucket: String
    let key: [UInt8]

    init(_ object: PackContent.Member) { (bucket, key) = (object.bucket, object.key) }
  }
}
