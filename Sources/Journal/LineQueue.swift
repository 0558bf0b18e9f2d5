public import Posix

/// Writes lines on a thread of its own, in the order in which they came: whoever has one written never waits for a disk.
///
/// As much waits as the limit allows, also where the disk hangs; beyond it, lines are refused. The thread is woken for the
/// first line only: those that come while it writes wait for its next look.
public final class LineQueue: Sendable {
  private struct Entry {
    let size: Int
    let write: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Entry] = []
    /// Bytes of all lines that are not written yet, those among them that are being written.
    var size = 0
    /// What the thread does.
    var phase = Phase.looking

    /// All that was submitted is written.
    var isFinished: Bool { waiting.isEmpty && phase != .writing }
  }

  private enum Phase {
    /// It waits for a line, and has to be woken.
    case waiting
    /// It is about to look for lines.
    case looking
    case writing
  }

  /// The most bytes that wait, where nobody says otherwise.
  public static let usualLimit = 4 << 20

  private let limit: Int
  private let state = Monitor(State())

  /// Starts the thread.
  /// - Parameters:
  ///   - name: of the thread, 15 bytes at most.
  ///   - limit: the most bytes that wait.
  /// - Throws: `EAGAIN` where the system has no room for another thread.
  public init(name: String, limit: Int = usualLimit) throws(Errno) {
    self.limit = limit
    // Detached in effect: it lives as long as the process.
    _ = try Thread(name: name) { [self] in serve() }
  }

  /// Has a line written after those that came before it.
  /// - Parameters:
  ///   - size: its bytes; 0 for what is no line and is never refused.
  ///   - write: writes it.
  /// - Returns: false where there is no room, and it will not be written.
  public func submit(size: Int, _ write: @escaping @Sendable () -> Void) -> Bool {
    let (isAccepted, wakes) = state.withLock { state in
      guard size == 0 || state.size + size <= limit else { return (false, false) }
      state.waiting.append(Entry(size: size, write: write))
      state.size += size
      defer { if state.phase == .waiting { state.phase = .writing } }
      return (true, state.phase == .waiting)
    }
    if wakes { state.broadcast() }
    return isAccepted
  }

  /// Waits until all that was submitted so far is written.
  public func finish() {
    state.wait { state in state.isFinished ? () : nil }
  }

  private func serve() {
    while true {
      let entries: [Entry] = state.wait { state in
        guard !state.waiting.isEmpty else {
          state.phase = .waiting
          return nil
        }
        state.phase = .writing
        defer { state.waiting = [] }
        return state.waiting
      }
      for entry in entries {
        entry.write()
        state.withLock { $0.size -= entry.size }
      }
      state.withLock { $0.phase = .looking }
      state.broadcast()
    }
  }
}
