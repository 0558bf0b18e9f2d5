import LoopFixture
import Testing

@testable import EventLoop

struct JobQueueTests {
  @Test func jobsRunInTheOrderInWhichTheyCame() async throws {
    let order = Record<Int>()
    try await TestLoop.run {
      for number in 0..<1_000 { EventLoop.current.start { order.append(number) } }
      #expect(await TestLoop.until { order.values.count == 1_000 })
    }
    #expect(order.values == Array(0..<1_000))
  }

  /// What the jobs of a batch enqueue waits for the next one: nobody is passed by.
  @Test func tasksThatYieldTakeTurns() async throws {
    let order = Record<Int>()
    try await TestLoop.run {
      for number in 0..<3 {
        EventLoop.current.start {
          for _ in 0..<4 {
            order.append(number)
            await Task.yield()
          }
        }
      }
      #expect(await TestLoop.until { order.values.count == 12 })
    }
    #expect(order.values == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
  }

  @Test func emptyQueueGivesAnEmptyBatch() {
    var queue = JobQueue()
    #expect(queue.isEmpty && queue.takeBatch().isEmpty)
  }
}
