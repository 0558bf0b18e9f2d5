import Glibc
import LoopFixture
import Posix
import Testing

@testable import EventLoop

struct BlockingPoolTests {
  private enum Failure: Error { case expected }

  @Test func workRunsElsewhereAndItsResultComesBackToTheLoop() async throws {
    try await TestLoop.run {
      let pool = BlockingPool(name: "pool", limit: 2)
      let here = Thread.currentIdentity
      let there = await pool.run { Thread.currentIdentity }
      #expect(there != here)
      EventLoop.current.checkIsolated()
      await #expect(throws: Failure.expected) {
        try await pool.run { () throws(Failure) in throw .expected }
      }
    }
  }

  @Test func poolHasNoMoreThreadsThanItsLimit() async throws {
    try await TestLoop.run {
      let pool = BlockingPool(name: "pool", limit: 3)
      let (threads, gate) = (Record<UInt>(), Gate())
      for _ in 0..<200 {
        pool.submit {
          threads.append(Thread.currentIdentity)
          gate.wait()
        }
      }
      #expect(await TestLoop.until { threads.values.count == 3 })
      // One too many would be there at once.
      usleep(50_000)
      #expect(threads.values.count == 3 && pool.backlog == 197)
      gate.open(times: 200)
      #expect(await TestLoop.until { threads.values.count == 200 })
      #expect(Set(threads.values).count == 3)
      #expect(pool.backlog == 0)
    }
  }

  /// One piece of work never ends (a hung mount): as long as the limit allows, the next piece finds a thread, at
  /// whatever moment it comes.
  @Test func stuckWorkDoesNotHoldUpWhatComesBehindIt() async throws {
    try await TestLoop.run {
      for round in 0..<60 as Range<UInt64> {
        let (gate, done) = (Gate(), Tally())
        let pool = BlockingPool(name: "pool", limit: 2)
        await pool.run {}
        pool.submit { gate.wait() }
        let next = Clock.monotonicNanoseconds() + round % 20 * 1_000
        while Clock.monotonicNanoseconds() < next {}
        pool.submit { done.add() }
        #expect(await TestLoop.until { done.value == 1 }, "round \(round)")
        gate.open()
      }
    }
  }

  @Test func workIsReleasedWhenItIsDone() async throws {
    try await TestLoop.run {
      let gate = Gate()
      let pool = BlockingPool(name: "pool", limit: 1)
      let released = Tally()
      // A backlog that never runs empty, as behind a slow disk.
      for _ in 0..<4 {
        let held = Counted(released)
        pool.submit { withExtendedLifetime(held) { gate.wait() } }
      }
      gate.open(times: 2)
      #expect(await TestLoop.until { released.value == 2 })
      gate.open()
      #expect(await TestLoop.until { released.value == 4 })
    }
  }
}

/// Holds threads up until it is opened, for all or for some of them.
private final class Gate: Sendable {
  private let passes = Monitor(0)

  func wait() {
    passes.wait { (passes) -> Void? in
      guard passes > 0 else { return nil }
      passes -= 1
      return ()
    }
  }

  func open(times: Int = 1_000_000) {
    passes.withLock { $0 += times }
    passes.broadcast()
  }
}

/// Counts how many of them have ended.
private final class Counted: Sendable {
  private let tally: Tally

  init(_ tally: Tally) { self.tally = tally }

  deinit { tally.add() }
}
