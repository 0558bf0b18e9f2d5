/// A value that one part of the loop will supply and others wait for.
@EventLoopActor
public final class LoopPromise<Value: Sendable> {
  private var value: Value?
  private var waiters: [WaitPoint] = []

  /// A promise that is still open.
  public init() {}

  /// The value, if it is there.
  public var current: Value? { value }

  /// Supplies the value and wakes all who wait. Only the first value counts.
  public func fulfil(_ value: Value) {
    guard self.value == nil else { return }
    self.value = value
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.wake() }
  }

  /// Waits for the value.
  /// - Parameter deadline: on the loop's clock; nil for none.
  /// - Returns: nil where the deadline came first.
  public func wait(until deadline: UInt64? = nil) async -> Value? {
    if let value { return value }
    let point = WaitPoint()
    waiters.append(point)
    let outcome = await point.wait(until: deadline)
    if outcome == .timedOut { waiters.removeAll { $0 === point } }
    return value
  }
}
