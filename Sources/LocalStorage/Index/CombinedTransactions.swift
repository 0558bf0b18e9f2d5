internal import Database
internal import Posix

/// Group commit for a database: what several threads want to write while one transaction runs goes into the next one
/// together, in the order in which they came.
final class CombinedTransactions: Sendable {
  typealias Change = @Sendable (inout Connection) throws(DatabaseError) -> Void

  private struct State {
    var waiting: [(number: UInt64, change: Change)] = []
    var nextNumber: UInt64 = 0
    var isRunning = false
    /// How the changes ended that ran in another thread, until that one's caller takes note.
    var outcomes: [UInt64: DatabaseError?] = [:]
  }

  private enum Turn {
    case lead([(number: UInt64, change: Change)])
    case ended(DatabaseError?)
  }

  private let state = Monitor(State())
  private let transaction: @Sendable (Change) throws(DatabaseError) -> Void

  /// - Parameter transaction: runs what it is given in a transaction, which is undone whole if that throws.
  init(_ transaction: @escaping @Sendable (Change) throws(DatabaseError) -> Void) {
    self.transaction = transaction
  }

  /// Returns when the change is committed. A change that fails is undone, without the others of its transaction.
  func callAsFunction(_ change: @escaping Change) throws(DatabaseError) {
    let own = state.withLock { state in
      let number = state.nextNumber
      state.nextNumber += 1
      state.waiting.append((number, change))
      return number
    }
    let turn: Turn = state.wait { state in
      if let outcome = state.outcomes.removeValue(forKey: own) { return .ended(outcome) }
      guard !state.isRunning else { return nil }
      state.isRunning = true
      var group: [(number: UInt64, change: Change)] = []
      swap(&group, &state.waiting)
      return .lead(group)
    }
    var outcome: DatabaseError?
    switch turn {
    case .ended(let ended): outcome = ended
    case .lead(let group): outcome = lead(group, own)
    }
    if let outcome { throw outcome }
  }

  /// Runs the changes of a group; they end for their callers together.
  /// - Returns: how the leader's own ended.
  private func lead(_ group: [(number: UInt64, change: Change)], _ own: UInt64) -> DatabaseError? {
    let ends = run(group.map(\.change))
    let outcome: DatabaseError? = state.withLock { state in
      state.isRunning = false
      var outcome: DatabaseError?
      for (entry, end) in zip(group, ends) {
        if entry.number == own {
          outcome = end
        } else {
          state.outcomes.updateValue(end, forKey: entry.number)
        }
      }
      return outcome
    }
    state.broadcast()
    return outcome
  }

  private func run(_ changes: [Change]) -> [DatabaseError?] {
    if changes.count > 1 {
      do throws(DatabaseError) {
        try transaction { (connection) throws(DatabaseError) in
          for change in changes { try change(&connection) }
        }
        return changes.map { _ in nil }
      } catch {
        // One of them is at fault: each has to stand for itself.
      }
    }
    return changes.map { change in
      do throws(DatabaseError) {
        try transaction(change)
        return nil
      } catch {
        return error
      }
    }
  }
}
