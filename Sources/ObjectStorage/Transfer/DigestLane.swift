internal import Digests
internal import EventLoop
internal import Posix
internal import Synchronization

/// Threads that digest long bodies, of a few at a time: each holds on to some of its bytes.
final class DigestLanes: Sendable {
  /// Bodies from this length on are worth a thread of their own.
  static let leastLength: UInt64 = 8 << 20
  private static let most = 4

  private let pool = BlockingPool(name: "md5", limit: most)
  private let count = Atomic<Int>(0)

  /// A lane for a body of so many bytes; nil where it is not worth one, or where there are enough already.
  func lane(forLength length: UInt64?) -> DigestLane? {
    guard let length, length >= Self.leastLength else { return nil }
    guard count.add(1, ordering: .relaxed).newValue <= Self.most else {
      leave()
      return nil
    }
    return DigestLane(of: self, on: pool)
  }

  fileprivate func leave() { count.subtract(1, ordering: .relaxed) }
}

/// The MD5 of one long body, found out while the next bytes are received and written: it takes as long as all else that is
/// done with the bytes together.
final class DigestLane: Sendable {
  /// The most bytes that wait; whoever has more then waits itself.
  private static let mostWaiting = 2 << 20

  private struct State {
    var waiting: [ArraySlice<UInt8>] = []
    /// Bytes of what waits, and of what is being digested.
    var size = 0
    var isRunning = false
  }

  private let lanes: DigestLanes
  private let pool: BlockingPool
  private let state = Monitor(State())
  /// Nil once it is finished.
  private let digest = Mutex<MD5?>(MD5())

  fileprivate init(of lanes: DigestLanes, on pool: BlockingPool) {
    self.lanes = lanes
    self.pool = pool
  }

  deinit { lanes.leave() }

  /// Digests bytes after those that came before. It may wait for the digest, which waits for nobody.
  func append(_ bytes: [ArraySlice<UInt8>]) {
    let size = bytes.reduce(0) { $0 + $1.count }
    let starts: Bool = state.wait { state in
      guard state.size == 0 || state.size + size <= Self.mostWaiting else { return nil }
      state.waiting += bytes
      state.size += size
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if starts { pool.submit { [self] in run() } }
  }

  /// The MD5 of the bytes so far.
  func current() -> [UInt8] {
    state.wait { state in state.isRunning ? nil : () }
    return digest.withLock { $0?.current ?? [] }
  }

  /// The MD5 of all bytes; to be called once.
  func finish() -> [UInt8] {
    state.wait { state in state.isRunning ? nil : () }
    return digest.withLock { $0.take()?.finalize() ?? [] }
  }

  private func run() {
    var isDone = false
    while !isDone {
      let bytes = state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      digest.withLock { digest in
        for piece in bytes { digest?.update(piece.span) }
      }
      let size = bytes.reduce(0) { $0 + $1.count }
      isDone = state.withLock { state in
        state.size -= size
        state.isRunning = !state.waiting.isEmpty
        return !state.isRunning
      }
      state.broadcast()
    }
  }
}
