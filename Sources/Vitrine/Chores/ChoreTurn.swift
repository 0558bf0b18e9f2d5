internal import EventLoop
internal import Journal
internal import Posix
internal import Storage

/// Whose turn it is to do the chores, where several hosts have the same storage: one process does them for all, and another
/// one soon after it has died.
@EventLoopActor
final class ChoreTurn {
  /// Nanoseconds between two tries to become the one.
  private static let pause: UInt64 = 3_000_000_000

  private let lease: any Lease
  private let log: OperatorLog
  private var nextTry: UInt64 = 0
  private var isHeld = false

  /// - Parameter lease: which whoever does them holds.
  init(_ lease: any Lease, _ log: OperatorLog) {
    self.lease = lease
    self.log = log
  }

  /// Whether this process does the chores now.
  func isOurs() async -> Bool {
    if await lease.isHeld() { return true }
    if isHeld { log.warning("the chores of all hosts are not done here any more: the database has lost this process") }
    isHeld = false
    let now = Clock.monotonicNanoseconds()
    guard now >= nextTry else { return false }
    nextTry = now &+ Self.pause
    isHeld = (try? await lease.take()) ?? false
    if isHeld { log.info("the chores of all hosts are done here") }
    return isHeld
  }
}
