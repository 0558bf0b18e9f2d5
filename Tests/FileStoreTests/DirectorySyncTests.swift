import Posix
import Synchronization
import Testing

@testable import FileStore

@Suite struct DirectorySyncTests {
  /// Runs a body on so many threads at once.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
    var threads: [JoinedThread] = []
    for number in 0..<count { threads.append(try JoinedThread { body(number) }) }
    for thread in threads { thread.join() }
  }

  @Test func callersShareTheNextSync() throws {
    let syncs = Atomic<Int>(0)
    let sync = DirectorySync {
      syncs.add(1, ordering: .relaxed)
      Clock.sleep(nanoseconds: 20_000_000)
    }
    try onThreads(16) { _ in try? sync() }
    // The first may go alone; the others fit into very few.
    #expect((2...4).contains(syncs.load(ordering: .relaxed)))
  }

  @Test func everyCallSeesASyncThatBeganAfterIt() throws {
    let began = Atomic<UInt64>(0)
    let sync = DirectorySync {
      began.store(Clock.monotonicNanoseconds(), ordering: .sequentiallyConsistent)
      Clock.sleep(nanoseconds: 200_000)
    }
    let late = Atomic<Int>(0)
    try onThreads(8) { number in
      for _ in 0..<20 {
        let called = Clock.monotonicNanoseconds()
        try? sync()
        if began.load(ordering: .sequentiallyConsistent) < called { late.add(1, ordering: .relaxed) }
      }
    }
    #expect(late.load(ordering: .relaxed) == 0)
  }

  @Test func aFailureReachesAllWhoSharedIt() throws {
    let syncs = Atomic<Int>(0)
    let sync = DirectorySync { () throws(Errno) in
      let number = syncs.add(1, ordering: .relaxed).newValue
      Clock.sleep(nanoseconds: 30_000_000)
      if number == 2 { throw .inputOutput }
    }
    let failures = Atomic<Int>(0)
    let first = try JoinedThread { try? sync() }
    Clock.sleep(nanoseconds: 10_000_000)
    try onThreads(5) { _ in
      do { try sync() } catch { failures.add(1, ordering: .relaxed) }
    }
    first.join()
    #expect(failures.load(ordering: .relaxed) == 5)
    try sync()
  }
}

/// A thread that can stand in an array.
final class JoinedThread {
  private var thread: Thread?

  init(_ body: @escaping @Sendable () -> Void) throws { thread = try Thread(name: "test", body) }

  func join() {
    if let thread = thread.take() { thread.join() }
  }
}
