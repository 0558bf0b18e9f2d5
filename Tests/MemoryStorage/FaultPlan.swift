import Storage
import Synchronization

/// What is to go wrong in a storage in memory, and what is to happen at which of its calls: a test orders it beforehand.
public final class FaultPlan: Sendable {
  /// The calls that can be made to fail.
  public enum Operation: Hashable, CaseIterable, Sendable {
    case head, open, read, check, writer, append, commit, remove, change, list
    case bucketNames, configuration, createBucket, deleteBucket, configure, totals
    case beginUpload, upload, uploads, partWriter, commitPart, parts, complete, abort
    case pictureWriter, publish, metadata, copies, expired, keepThumbnail, blockedPictures, block, unblock
    case trash, restore, approve
    case readDocument, replaceDocument
  }

  private struct Order {
    /// The first call that it is about, counted from 1 when the plan was made, and the first that it is not.
    var calls: Range<Int>
    var error: StorageError?
    var action: (@Sendable () async -> Void)?
  }

  private struct State {
    var counts: [Operation: Int] = [:]
    var orders: [Operation: [Order]] = [:]
  }

  private let state = Mutex(State())

  /// Nothing goes wrong.
  public init() {}

  /// How often an operation was called.
  public func count(_ operation: Operation) -> Int { state.withLock { $0.counts[operation, default: 0] } }

  /// Makes a call fail.
  /// - Parameters:
  ///   - call: which, counted from 1 for the next one.
  ///   - times: how many calls fail from there on.
  public func fail(_ operation: Operation, call: Int = 1, times: Int = 1, with error: StorageError) {
    add(Order(calls: call..<(call &+ times), error: error), to: operation)
  }

  /// Makes all calls fail from now on.
  public func failAlways(_ operation: Operation, with error: StorageError) {
    add(Order(calls: 1..<1 << 40, error: error), to: operation)
  }

  /// Runs an action at the beginning of a call, before it does anything; `append` runs none, since it cannot wait.
  /// - Parameter call: which, counted from 1 for the next one.
  public func before(_ operation: Operation, call: Int = 1, _ action: @escaping @Sendable () async -> Void) {
    add(Order(calls: call..<(call + 1), action: action), to: operation)
  }

  /// Forgets all that was ordered.
  public func clear() { state.withLock { $0.orders = [:] } }

  private func add(_ order: Order, to operation: Operation) {
    state.withLock { state in
      let done = state.counts[operation, default: 0]
      var order = order
      order.calls = (order.calls.lowerBound + done)..<(order.calls.upperBound + done)
      state.orders[operation, default: []].append(order)
    }
  }

  /// Counts a call; runs what was ordered for it.
  nonisolated(nonsending) func begin(_ operation: Operation) async throws(StorageError) {
    let orders = next(operation)
    for order in orders { await order.action?() }
    if let error = orders.lazy.compactMap(\.error).first { throw error }
  }

  /// The same for a call that cannot wait.
  func beginNow(_ operation: Operation) throws(StorageError) {
    let orders = next(operation)
    if let error = orders.lazy.compactMap(\.error).first { throw error }
  }

  private func next(_ operation: Operation) -> [Order] {
    state.withLock { state in
      let number = state.counts[operation, default: 0] + 1
      state.counts[operation] = number
      let orders = state.orders[operation, default: []]
      // What is over is forgotten: an action may hold on to the storage that this plan belongs to.
      state.orders[operation] = orders.filter { $0.calls.upperBound > number + 1 }
      return orders.filter { $0.calls.contains(number) }
    }
  }
}
