internal import EventLoop

/// How many requests to an engine are under way at once: at most a limit, and those above it wait their turn.
@EventLoopActor
final class ConnectionSlots {
  /// Names a slot that was taken.
  typealias Slot = UInt64

  private let limit: Int
  private var taken: Set<Slot> = []
  private var waiting: [LoopPromise<Slot>] = []
  private var latest: Slot = 0
  /// Asked when somebody has to wait: gives back a slot that is not in real use, if there is one.
  var reclaim: () -> Void = {}

  init(limit: Int) { self.limit = max(1, limit) }

  /// How many are under way.
  var count: Int { taken.count }
  /// How many wait.
  var waitingCount: Int { waiting.count }

  /// Takes a slot.
  /// - Returns: nil where none came free in so many nanoseconds.
  func take(within timeout: UInt64) async -> Slot? {
    if taken.count >= limit { reclaim() }
    if taken.count < limit, waiting.isEmpty { return make() }
    let turn = LoopPromise<Slot>()
    waiting.append(turn)
    let end = EventLoop.current.now &+ timeout
    // Some slots come into question for `reclaim` only after a while.
    while EventLoop.current.now < end {
      if let slot = await turn.wait(until: min(end, EventLoop.current.now &+ 500_000_000)) { return slot }
      reclaim()
    }
    if let slot = turn.current { return slot }
    waiting.removeAll { $0 === turn }
    return nil
  }

  /// Takes a slot if one is free.
  func takeFree() -> Slot? { taken.count < limit && waiting.isEmpty ? make() : nil }

  /// Gives a slot back; again and again, if need be.
  func give(_ slot: Slot) {
    guard taken.remove(slot) != nil, taken.count < limit, !waiting.isEmpty else { return }
    waiting.removeFirst().fulfil(make())
  }

  private func make() -> Slot {
    latest += 1
    taken.insert(latest)
    return latest
  }
}
