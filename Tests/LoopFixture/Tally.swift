import Synchronization

/// A count that any thread may add to.
public final class Tally: Sendable {
  private let count = Atomic<Int>(0)

  /// Starts at zero.
  public init() {}

  /// How often something was added.
  public var value: Int { count.load(ordering: .sequentiallyConsistent) }

  /// Adds one.
  public func add() {
    count.add(1, ordering: .sequentiallyConsistent)
  }
}

/// Values that any thread may append to.
public final class Record<Value: Sendable>: Sendable {
  private let list = Mutex<[Value]>([])

  /// Starts empty.
  public init() {}

  /// What was appended, in order.
  public var values: [Value] { list.withLock { $0 } }

  /// Appends a value.
  public func append(_ value: Value) {
    list.withLock { $0.append(value) }
  }
}
