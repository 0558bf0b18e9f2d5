/// A place where one asynchronous function of the loop waits until another part of the loop wakes it, or until a
/// deadline.
@EventLoopActor
@safe
public final class WaitPoint {
  /// Why a wait ended.
  public enum Outcome: Sendable {
    /// Somebody woke it.
    case woken
    /// The deadline came.
    case timedOut
  }

  private var continuation: UnsafeContinuation<Outcome, Never>?
  private var timer: LoopTimer?

  /// A place where nobody waits yet.
  public init() {}

  /// Whether somebody waits here.
  public var isWaited: Bool { unsafe continuation != nil }

  /// Waits. One waiter at a time.
  /// - Parameter deadline: on the loop's clock; nil for none.
  public func wait(until deadline: UInt64? = nil) async -> Outcome {
    unsafe precondition(continuation == nil, "one waiter at a time")
    if let deadline { arm(deadline) }
    let outcome = await unsafe withUnsafeContinuation { continuation in
      unsafe self.continuation = continuation
    }
    if let timer { EventLoop.current.cancel(timer) }
    return outcome
  }

  /// Wakes the one who waits, if somebody does.
  public func wake() {
    resume(.woken)
  }

  private func resume(_ outcome: Outcome) {
    guard let waiting = unsafe continuation else { return }
    unsafe continuation = nil
    unsafe waiting.resume(returning: outcome)
  }

  private func arm(_ deadline: UInt64) {
    // Kept for the next wait: a connection waits many times.
    let timer = self.timer ?? LoopTimer { [weak self] in self?.resume(.timedOut) }
    self.timer = timer
    EventLoop.current.schedule(timer, at: deadline)
  }
}

extension EventLoop {
  /// Waits on the loop for so long; for good where that is longer than any process lives.
  @EventLoopActor
  public func sleep(nanoseconds: UInt64) async {
    _ = await WaitPoint().wait(until: now + min(nanoseconds, .max / 2))
  }
}
