import LoopFixture
import Posix
import Testing

@testable import EventLoop

struct EventLoopTests {
  // MARK: Sockets

  @Test func registeredSocketIsHeardUntilItIsUnregistered() async throws {
    try await TestLoop.run {
      let pair = try SocketPair()
      let listener = Listener()
      let token = try EventLoop.current.register(pair.first, [.readable, .edgeTriggered], handler: listener)
      #expect(try pair.second.send([1].span) == .bytes(1))
      #expect(await TestLoop.until { listener.heard == [.readable] })
      #expect(try pair.second.send([2].span) == .bytes(1))
      #expect(await TestLoop.until { listener.heard.count == 2 })
      EventLoop.current.unregister(pair.first, token)
      #expect(try pair.second.send([3].span) == .bytes(1))
      await TestLoop.settle()
      #expect(listener.heard.count == 2)
    }
  }

  /// Both sockets are ready in the same batch; the first one that is heard ends the other's registration.
  @Test func eventThatIsAlreadyUnderWayIsDroppedWithItsRegistration() async throws {
    try await TestLoop.run {
      let sockets = TwoPairs(try SocketPair(), try SocketPair())
      let (one, two) = (Listener(), Listener())
      let first = try EventLoop.current.register(sockets.one.first, [.readable], handler: one)
      let second = try EventLoop.current.register(sockets.two.first, [.readable], handler: two)
      one.onEvent = { _ in
        EventLoop.current.unregister(sockets.one.first, first)
        EventLoop.current.unregister(sockets.two.first, second)
      }
      two.onEvent = one.onEvent
      _ = try sockets.one.second.send([1].span)
      _ = try sockets.two.second.send([1].span)
      #expect(await TestLoop.until { one.heard.count + two.heard.count > 0 })
      await TestLoop.settle()
      #expect(one.heard.count + two.heard.count == 1)
    }
  }

  @Test func descriptorThatCannotBeWatchedIsRefused() async throws {
    try await TestLoop.run {
      let file = try FileDescriptor.open("/etc/passwd", .readOnly)
      let listener = Listener()
      #expect(throws: EventLoopError(code: Errno.notPermitted.rawValue)) {
        try EventLoop.current.register(file, [.readable], handler: listener)
      }
    }
  }

  // MARK: Time

  @Test func sleepersWakeInTheOrderOfTheClock() async throws {
    let order = Record<Int>()
    try await TestLoop.run {
      for (name, seconds) in [(1, 30), (2, 10), (3, 20)] as [(Int, UInt64)] {
        EventLoop.current.start {
          await EventLoop.current.sleep(nanoseconds: seconds * 1_000_000_000)
          order.append(name)
        }
      }
      await TestLoop.settle()
      await TestLoop.advance(seconds: 15)
      #expect(order.values == [2])
      await TestLoop.advance(seconds: 20)
      #expect(order.values == [2, 3, 1])
    }
  }

  @Test func timerThatSchedulesItselfLeavesRoomForOthers() async throws {
    try await TestLoop.run {
      let ticker = Ticker()
      ticker.start()
      #expect(await TestLoop.until { ticker.count > 20 })
      ticker.isStopped = true
    }
  }

  // MARK: Jobs

  @Test func tasksRunOnTheLoopsThread() async throws {
    let inside = try await TestLoop.run { Thread.currentIdentity }
    #expect(inside != Thread.currentIdentity)
    let again = try await TestLoop.run {
      EventLoop.current.checkIsolated()
      await EventLoop.current.sleep(nanoseconds: 1)
      EventLoop.current.checkIsolated()
      return Thread.currentIdentity
    }
    #expect(again == inside)
  }

  /// Many threads wake the loop at once; none of their jobs is lost.
  @Test func everyJobOfOtherThreadsRuns() async throws {
    let counter = Tally()
    try await TestLoop.run {
      let loop = EventLoop.current
      let pool = BlockingPool(name: "starters", limit: 4)
      for _ in 0..<8 {
        pool.submit { for _ in 0..<500 { loop.start { counter.add() } } }
      }
      #expect(await TestLoop.until { counter.value == 4_000 })
    }
  }

  /// A task that never waits for anything but its turn must not keep the loop from its sockets.
  @Test func busyTasksDoNotKeepTheLoopFromItsSockets() async throws {
    try await TestLoop.run {
      let pair = try SocketPair()
      let listener = Listener()
      let token = try EventLoop.current.register(pair.first, [.readable, .edgeTriggered], handler: listener)
      let busy = Ticker()
      EventLoop.current.start { while !busy.isStopped { await Task.yield() } }
      _ = try pair.second.send([1].span)
      #expect(await TestLoop.until { !listener.heard.isEmpty })
      busy.isStopped = true
      EventLoop.current.unregister(pair.first, token)
    }
  }
}

private final class TwoPairs: Sendable {
  let one: SocketPair
  let two: SocketPair

  init(_ one: consuming SocketPair, _ two: consuming SocketPair) {
    self.one = one
    self.two = two
  }
}

@EventLoopActor
private final class Ticker {
  var count = 0
  var isStopped = false
  private lazy var timer = LoopTimer { [weak self] in self?.start() }

  func start() {
    count += 1
    if !isStopped { EventLoop.current.schedule(timer, at: EventLoop.current.now + 1) }
  }
}
