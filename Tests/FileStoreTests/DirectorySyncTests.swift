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

  /// A sync whose first run lasts until so many callers wait for the next one.
  private final class Gate: Sendable {
    let callers = Atomic<Int>(0)
    let runs = Atomic<Int>(0)

    func run(until count: Int) -> Int {
      let number = runs.add(1, ordering: .relaxed).newValue
      guard number == 1 else { return number }
      while callers.load(ordering: .relaxed) < count { Clock.sleep(nanoseconds: 1_000_000) }
      // For the last of them to get from counting itself into the call.
      Clock.sleep(nanoseconds: 50_000_000)
      return number
    }
  }

  @Test func callersShareTheNextSync() throws {
    let gate = Gate()
    let sync = DirectorySync { _ = gate.run(until: 16) }
    try onThreads(16) { _ in
      gate.callers.add(1, ordering: .relaxed)
      try? sync()
    }
    #expect((2...3).contains(gate.runs.load(ordering: .relaxed)))
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
    let gate = Gate()
    let sync = DirectorySync { () throws(Errno) in
      if gate.run(until: 6) == 2 { throw .inputOutput }
    }
    let failures = Atomic<Int>(0)
    try onThreads(6) { _ in
      gate.callers.add(1, ordering: .relaxed)
      do { try sync() } catch { failures.add(1, ordering: .relaxed) }
    }
    // All but the one whose sync was the first.
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
