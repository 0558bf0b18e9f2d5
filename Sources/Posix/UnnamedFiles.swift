internal import CLinux
internal import Glibc
internal import Synchronization

/// Closes files that have no name any more, on a thread of its own, for the one thread that must not wait for a disk.
///
/// With the last descriptor of such a file goes the space that it took up: of a large one, that takes as long as any
/// work on a disk. An object may be deleted while it is sent, and an upload may be broken off.
public enum UnnamedFiles {
  private struct State {
    var waiting: [Int32] = []
    var hasThread = false
  }

  /// The thread that must not wait; 0 for none.
  private static let sparedThread = Atomic<UInt>(0)
  private static let state = Monitor(State())

  /// Says that the calling thread must not wait. There is one in a process.
  public static func spareThisThread() {
    sparedThread.store(UInt(pthread_self()), ordering: .relaxed)
  }

  /// Takes a descriptor over where the calling thread must not close it.
  static func take(_ number: Int32) -> Bool {
    guard sparedThread.load(ordering: .relaxed) == UInt(pthread_self()), vitrine_is_unnamed_file(number) != 0
    else { return false }
    let needsThread = state.withLock { state in
      state.waiting.append(number)
      defer { state.hasThread = true }
      return !state.hasThread
    }
    guard needsThread else {
      state.signal()
      return true
    }
    do throws(Errno) {
      // Detached in effect: it lives as long as the process.
      _ = try Thread(name: "unnamed-files") { serve() }
    } catch {
      // There is no room for a thread at the moment; the next file may find some. This one waits for it.
      state.withLock { $0.hasThread = false }
    }
    return true
  }

  private static func serve() {
    while true {
      let numbers: [Int32] = state.wait { state in
        guard !state.waiting.isEmpty else { return nil }
        defer { state.waiting = [] }
        return state.waiting
      }
      for number in numbers { _ = Glibc.close(number) }
    }
  }
}
