internal import Posix

/// Group commit for a directory: those who call while one `fsync` runs share the next one.
final class DirectorySync: Sendable {
  private struct State {
    var isRunning = false
    /// How many syncs were begun, and the number of the latest that ended.
    var begun: UInt64 = 0
    var ended: UInt64 = 0
    /// The latest that failed. The kernel reports a lost write once, so a later success does not make up for it.
    var failed: (number: UInt64, error: Errno)?
  }

  private enum Turn {
    case lead(UInt64)
    case ended(Errno?)
  }

  private let state = Monitor(State())
  private let synchronize: @Sendable () throws(Errno) -> Void

  init(_ synchronize: @escaping @Sendable () throws(Errno) -> Void) {
    self.synchronize = synchronize
  }

  /// Returns when a sync that began after this call has ended well.
  func callAsFunction() throws(Errno) {
    // The one that runs may have begun before the caller's change: the next one counts.
    let wanted = state.withLock { $0.begun + 1 }
    let turn: Turn = state.wait { state in
      if state.ended >= wanted {
        guard let failed = state.failed, failed.number >= wanted else { return .ended(nil) }
        return .ended(failed.error)
      }
      guard !state.isRunning else { return nil }
      state.isRunning = true
      state.begun += 1
      return .lead(state.begun)
    }
    switch turn {
    case .ended(nil): return
    case .ended(let error?): throw error
    case .lead(let number): try lead(number)
    }
  }

  private func lead(_ number: UInt64) throws(Errno) {
    var failure: Errno?
    do throws(Errno) { try synchronize() } catch { failure = error }
    state.withLock { state in
      state.isRunning = false
      state.ended = number
      if let failure { state.failed = (number, failure) }
    }
    state.broadcast()
    if let failure { throw failure }
  }
}
