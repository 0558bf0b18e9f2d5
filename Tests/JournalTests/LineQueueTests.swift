import Journal
import Posix
import Synchronization
import Testing

@Suite struct LineQueueTests {
  @Test func linesAreWrittenInTheirOrder() throws {
    let queue = try LineQueue(name: "test")
    let written = Mutex<[Int]>([])
    for number in 0..<10_000 {
      #expect(queue.submit(size: 10) { written.withLock { $0.append(number) } })
    }
    queue.finish()
    #expect(written.withLock { $0 } == Array(0..<10_000))
  }

  @Test func noMoreWaitsThanTheLimitAllows() throws {
    let queue = try LineQueue(name: "test", limit: 100)
    let gate = Gate()
    #expect(queue.submit(size: 60) { gate.wait() })
    // The one that is being written counts, too.
    #expect(!queue.submit(size: 41) {})
    #expect(queue.submit(size: 40) {})
    #expect(!queue.submit(size: 1) {})
    #expect(queue.submit(size: 0) {})
    gate.open()
    queue.finish()
    #expect(queue.submit(size: 100) {})
    queue.finish()
  }

  @Test func finishWaitsForTheLineThatIsBeingWritten() throws {
    let queue = try LineQueue(name: "test")
    let isWritten = Mutex(false)
    #expect(
      queue.submit(size: 1) {
        Clock.sleep(nanoseconds: 50_000_000)
        isWritten.withLock { $0 = true }
      })
    queue.finish()
    #expect(isWritten.withLock { $0 })
  }

  @Test func linesThatComeAtAnyMomentAreWritten() throws {
    let queue = try LineQueue(name: "test")
    let written = Mutex<[Int]>([])
    for number in 0..<20 {
      #expect(queue.submit(size: 1) { written.withLock { $0.append(number) } })
      // While the thread writes, looks for lines, and waits.
      Clock.sleep(nanoseconds: UInt64(number % 4) * 300_000)
      if number % 7 == 0 {
        queue.finish()
        #expect(written.withLock { $0.last } == number)
      }
    }
    queue.finish()
    #expect(written.withLock { $0 } == Array(0..<20))
  }

  @Test func lineIsWrittenWithoutAnybodyWaitingForIt() throws {
    let queue = try LineQueue(name: "test")
    let written = Monitor(0)
    for number in 1...3 {
      #expect(
        queue.submit(size: 1) {
          written.withLock { $0 = number }
          written.broadcast()
        })
      #expect(written.wait { $0 == number ? true : nil })
    }
  }

  @Test func finishOfNothingDoesNotWait() throws {
    try LineQueue(name: "test").finish()
  }
}

/// Holds a thread up until it is opened.
final class Gate: Sendable {
  private let isOpen = Monitor(false)

  func wait() { isOpen.wait { $0 ? () : nil } }

  func open() {
    isOpen.withLock { $0 = true }
    isOpen.broadcast()
  }
}
