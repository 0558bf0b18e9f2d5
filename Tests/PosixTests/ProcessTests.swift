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

  @Test func monitorLosesNoSignal() throws {
    // Two threads hand a number to and fro; a third one waits for every change.
    let monitor = Monitor(0)
    let turns = 20_000
    let players = try [0, 1].map { parity in
      JoinOnce(
        try Thread(name: "player") {
          for turn in stride(from: parity, to: turns, by: 2) {
            monitor.wait { number in number == turn ? () : nil }
            monitor.withLock { $0 += 1 }
            monitor.broadcast()
          }
        })
    }
    #expect(monitor.wait { $0 == turns ? true : nil })
    for player in players { player.join() }
  }

  @Test func monitorWakesAsManyAsItSignals() throws {
    let monitor = Monitor((permits: 0, taken: 0))
    let threads = try (0..<4).map { _ in
      JoinOnce(
        try Thread(name: "taker") {
          for _ in 0..<500 {
            monitor.wait { state -> Void? in
              guard state.permits > 0 else { return nil }
              state.permits -= 1
              state.taken += 1
              return ()
            }
          }
        })
    }
    for _ in 0..<2_000 {
      monitor.withLock { $0.permits += 1 }
      monitor.signal()
    }
    for thread in threads { thread.join() }
    #expect(monitor.withLock { $0.taken } == 2_000)
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
