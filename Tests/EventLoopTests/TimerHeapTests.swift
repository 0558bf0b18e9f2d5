import LoopFixture
import RandomFixture
import Testing

@testable import EventLoop

struct TimerHeapTests {
  @Test func timersExpireInTheOrderOfTheirDeadlines() async throws {
    try await TestLoop.run {
      var heap = TimerHeap()
      let timers = [50, 10, 40, 20, 30].map { (UInt64($0), LoopTimer {}) }
      for (deadline, timer) in timers { heap.schedule(timer, at: deadline) }
      #expect(heap.nextDeadline == 10)
      #expect(heap.popExpired(at: 9) == nil)
      var order: [UInt64] = []
      while let timer = heap.popExpired(at: 40) { order.append(timers.first { $0.1 === timer }?.0 ?? 0) }
      #expect(order == [10, 20, 30, 40])
      #expect(heap.nextDeadline == 50)
    }
  }

  @Test func cancelledTimerDoesNotExpire() async throws {
    try await TestLoop.run {
      var heap = TimerHeap()
      let (first, second) = (LoopTimer {}, LoopTimer {})
      heap.schedule(first, at: 1)
      heap.schedule(second, at: 2)
      heap.cancel(first)
      heap.cancel(first)
      #expect(heap.popExpired(at: 10) === second)
      heap.cancel(second)
      #expect(heap.popExpired(at: 10) == nil && heap.nextDeadline == nil)
    }
  }

  @Test func timerIsScheduledOnceHoweverOftenItIsMoved() async throws {
    try await TestLoop.run {
      var heap = TimerHeap()
      let timer = LoopTimer {}
      for deadline in [30, 10, 20] as [UInt64] { heap.schedule(timer, at: deadline) }
      #expect(heap.popExpired(at: 19) == nil)
      #expect(heap.popExpired(at: 20) === timer)
      #expect(heap.popExpired(at: 100) == nil)
      heap.schedule(timer, at: 5)
      #expect(heap.popExpired(at: 5) === timer)
    }
  }

  /// Any mix of calls gives what a sorted list gives.
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func behavesAsASortedList(seed: UInt64) async throws {
    try await TestLoop.run {
      var random = SeededGenerator(seed: seed)
      var heap = TimerHeap()
      let timers = (0..<60).map { _ in LoopTimer {} }
      var model: [Int: UInt64] = [:]
      for _ in 0..<3_000 {
        let index = Int(random.next() % 60)
        switch random.next() % 4 {
        case 0, 1:
          let deadline = random.next() % 50
          heap.schedule(timers[index], at: deadline)
          model[index] = deadline
        case 2:
          heap.cancel(timers[index])
          model[index] = nil
        default:
          let now = random.next() % 50
          if let timer = heap.popExpired(at: now) {
            let popped = try #require(timers.firstIndex { $0 === timer })
            #expect(model[popped] == model.values.min() && model[popped] ?? 99 <= now)
            model[popped] = nil
          } else {
            #expect(model.values.allSatisfy { $0 > now })
          }
        }
        #expect(heap.nextDeadline == model.values.min())
      }
    }
  }
}
