internal import Posix

/// A few threads for work that waits for a disk, awaited from the loop.
///
/// Threads start when there is work for them and stay. Each kind of file system place has a pool of its own, so that a
/// hung mount stalls only its own.
public final class BlockingPool: Sendable {
  private struct State {
    /// What waits stands from `head` on; what was taken is nil, so that nothing it held on to is kept.
    var queue: [(@Sendable () -> Void)?] = []
    var head = 0
    /// Threads that wait for work. One that was signalled counts until it has taken some.
    var idle = 0
    var threads = 0

    var pending: Int { queue.count - head }

    mutating func take() -> (@Sendable () -> Void)? {
      guard head < queue.count else { return nil }
      let work = queue[head]
      queue[head] = nil
      head += 1
      if head == queue.count {
        queue.removeAll(keepingCapacity: true)
        head = 0
      } else if head > 1_024 {
        queue.removeFirst(head)
        head = 0
      }
      return work
    }
  }

  private let name: String
  private let limit: Int
  private let state = Monitor(State())

  /// A pool without threads yet.
  /// - Parameters:
  ///   - name: of its threads, 15 bytes at most.
  ///   - limit: the most threads it will have.
  public init(name: String, limit: Int) {
    self.name = name
    self.limit = max(1, limit)
  }

  /// Runs work on a thread of the pool and waits for its result.
  /// - Throws: what the work throws.
  public nonisolated(nonsending) func run<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await unsafe withUnsafeContinuation { continuation in
      submit {
        unsafe continuation.resume(returning: Result(catching: work))
      }
    }
    return try result.get()
  }

  /// Runs work on a thread of the pool; nobody waits for it.
  public func submit(_ work: @escaping @Sendable () -> Void) {
    let needsThread = state.withLock { state in
      state.queue.append(work)
      guard state.idle < state.pending, state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    guard needsThread else {
      state.signal()
      return
    }
    do {
      // Detached in effect: the threads live as long as the process.
      _ = try Thread(name: name) { [self] in serve() }
    } catch {
      // No room for a thread: do it here rather than never, if there is nobody else to do it.
      let own: (@Sendable () -> Void)? = state.withLock { state in
        state.threads -= 1
        return state.threads == 0 ? state.take() : nil
      }
      own?()
      state.signal()
    }
  }

  /// How many pieces of work wait for a thread.
  public var backlog: Int { state.withLock { $0.pending } }

  private func serve() {
    while true {
      var isCounted = false
      // Taking work and no longer being idle are one step: in between, nobody would start a thread for the next piece.
      let work: @Sendable () -> Void = state.wait { state in
        if !isCounted { state.idle += 1 }
        isCounted = true
        guard let work = state.take() else { return nil }
        state.idle -= 1
        return work
      }
      work()
    }
  }
}
