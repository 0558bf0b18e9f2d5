import LoopFixture
import Testing

@testable import EventLoop

struct WaitPointTests {
  @Test func wokenBeforeItsDeadline() async throws {
    try await TestLoop.run {
      let point = WaitPoint()
      EventLoop.current.start {
        await TestLoop.settle()
        point.wake()
      }
      #expect(await point.wait(until: EventLoop.current.now + 60_000_000_000) == .woken)
      #expect(!point.isWaited)
    }
  }

  @Test func deadlineEndsAWait() async throws {
    try await TestLoop.run {
      let point = WaitPoint()
      let log = Log()
      EventLoop.current.start {
        log.outcome = await point.wait(until: EventLoop.current.now + 60_000_000_000)
      }
      await TestLoop.advance(seconds: 59)
      #expect(log.outcome == nil && point.isWaited)
      await TestLoop.advance(seconds: 2)
      #expect(log.outcome == .timedOut)
    }
  }

  @Test func wakingNobodyIsNotRemembered() async throws {
    try await TestLoop.run {
      let point = WaitPoint()
      point.wake()
      #expect(await point.wait(until: EventLoop.current.now + 1_000) == .timedOut)
    }
  }

  /// The wake and the deadline come in the same turn: the wait ends once, and the next one is not cut short.
  @Test func pointIsUsedAgainAndAgain() async throws {
    try await TestLoop.run {
      let point = WaitPoint()
      let log = Log()
      EventLoop.current.start {
        for _ in 0..<100 {
          if await point.wait(until: EventLoop.current.now + 1_000_000_000) == .woken { log.woken += 1 }
        }
        log.isDone = true
      }
      for _ in 0..<100 {
        await TestLoop.settle()
        point.wake()
      }
      #expect(await TestLoop.until { log.isDone })
      #expect(log.woken == 100)
      await TestLoop.advance(seconds: 5)
    }
  }

  @Test func deadlineInThePastEndsAWaitAtOnce() async throws {
    try await TestLoop.run {
      #expect(await WaitPoint().wait(until: 0) == .timedOut)
    }
  }
}

struct LoopPromiseTests {
  @Test func valueReachesAllWhoWaitAndThoseWhoComeLater() async throws {
    try await TestLoop.run {
      let promise = LoopPromise<Int>()
      let log = Log()
      for _ in 0..<5 {
        EventLoop.current.start { log.values.append(await promise.wait() ?? -1) }
      }
      await TestLoop.settle()
      #expect(log.values.isEmpty && promise.current == nil)
      promise.fulfil(7)
      promise.fulfil(8)
      await TestLoop.settle()
      #expect(log.values == [7, 7, 7, 7, 7])
      #expect(await promise.wait() == 7)
    }
  }

  @Test func waitMayEndWithoutTheValue() async throws {
    try await TestLoop.run {
      let promise = LoopPromise<Int>()
      #expect(await promise.wait(until: EventLoop.current.now + 1_000) == nil)
      promise.fulfil(1)
      #expect(await promise.wait(until: 0) == 1)
    }
  }
}

@EventLoopActor
private final class Log {
  var outcome: WaitPoint.Outcome?
  var woken = 0
  var isDone = false
  var values: [Int] = []
}
