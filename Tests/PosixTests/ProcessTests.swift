import Posix
import Testing

struct ProcessTests {
  @Test func startTimeNamesLivingProcessesOnly() {
    #expect(ProcessControl.startTime(of: ProcessControl.currentID) != nil)
    #expect(ProcessControl.startTime(of: 1) != nil)
    #expect(ProcessControl.startTime(of: 0x3FFF_FFFF) == nil)
  }

  @Test func sharedCountersAddAcrossThreads() throws {
    let counters = try SharedCounters(count: 4)
    var threads: [JoinOnce] = []
    for _ in 0..<4 {
      threads.append(
        JoinOnce(try Thread(name: "adder") { for _ in 0..<1_000 { counters.add(1, to: 2) } }))
    }
    for thread in threads { thread.join() }
    #expect(counters[2] == 4_000)
    counters.subtract(1, from: 2)
    #expect(counters[2] == 3_999)
    #expect(counters[1] == 0)
  }

  @Test func monitorWakesAWaitingThread() throws {
    let monitor = Monitor(0)
    let thread = try Thread(name: "setter") {
      monitor.withLock { $0 = 5 }
      monitor.signal()
    }
    #expect(monitor.wait { $0 == 5 ? "seen" : nil } == "seen")
    thread.join()
  }

  @Test func socketsReportProgressAndClosing() throws {
    let pair = try SocketPair()
    var buffer = [UInt8](repeating: 0, count: 10)
    #expect(try pair.first.receive(into: &buffer) == .wouldBlock)
    #expect(try pair.second.send([1, 2, 3].span) == .bytes(3))
    #expect(pair.second.unsentBytes > 0)
    #expect(try pair.first.receive(into: &buffer) == .bytes(3))
    #expect(pair.second.unsentBytes == 0)
    #expect(Array(buffer[..<3]) == [1, 2, 3])
  }

  @Test func localTimeHasSaneParts() {
    let time = LocalTime(secondsSince1970: 1_737_727_200)
    #expect(time.year == 2025 && time.month == 1 && (23...25).contains(time.day))
  }
}

/// Holds a thread in a class, so that threads fit into an array.
final class JoinOnce {
  private var thread: Thread?

  init(_ thread: consuming Thread) {
    self.thread = consume thread
  }

  func join() {
    thread.take()?.join()
  }
}
