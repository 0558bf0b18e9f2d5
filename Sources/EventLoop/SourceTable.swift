public import Posix

/// Hears what a registered descriptor is ready for.
@EventLoopActor
public protocol ReadinessHandler: AnyObject {
  /// The descriptor's state has changed.
  func becameReady(_ readiness: Readiness)
}

/// Names a registration. A slot is used again with another generation, so an event that was already under way when
/// its registration ended finds nobody.
public struct SourceToken: Sendable, Equatable {
  let rawValue: UInt64

  init(slot: UInt32, generation: UInt32) {
    rawValue = UInt64(generation) << 32 | UInt64(slot)
  }

  var slot: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }
}

/// Who hears of which registration: slots with generations.
struct SourceTable {
  /// The token of the loop's own wake-up: no slot gets so far.
  static let wakeUpToken = UInt64.max

  private struct Slot {
    var generation: UInt32
    var handler: (any ReadinessHandler)?
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []

  mutating func insert(_ handler: any ReadinessHandler) -> SourceToken {
    if let index = free.popLast() {
      slots[Int(index)].handler = handler
      return SourceToken(slot: index, generation: slots[Int(index)].generation)
    }
    slots.append(Slot(generation: 1, handler: handler))
    return SourceToken(slot: UInt32(slots.count - 1), generation: 1)
  }

  mutating func remove(_ token: SourceToken) {
    guard handler(for: token.rawValue) != nil else { return }
    slots[token.slot].handler = nil
    slots[token.slot].generation &+= 1
    free.append(UInt32(token.slot))
  }

  func handler(for rawToken: UInt64) -> (any ReadinessHandler)? {
    let slot = Int(UInt32(truncatingIfNeeded: rawToken))
    guard slot < slots.count, slots[slot].generation == UInt32(rawToken >> 32) else { return nil }
    return slots[slot].handler
  }
}
