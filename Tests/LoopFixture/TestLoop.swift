import EventLoop
import Posix
import Synchronization

/// The one loop of the test process, on a thread of its own, with a clock that tests may put forward.
///
/// Bodies run one after the other, each alone on the loop: one that puts the clock forward disturbs no other.
public enum TestLoop {
  /// Runs a body on the loop.
  public static func run<Value: Sendable>(
    _ body: @escaping @EventLoopActor @Sendable () async throws -> Value
  ) async throws -> Value {
    await turns.take()
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      loop.start {
        do {
          let value = try await body()
          continuation.resume(returning: .success(value))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    await turns.giveBack()
    return try result.get()
  }

  /// Makes the loop, for code that finds its way to it by itself. Its clock may be put forward meanwhile.
  public static func start() { _ = loop }

  /// Puts the loop's clock forward, and lets everything run that is due by then.
  @EventLoopActor
  public static func advance(seconds: Double) async {
    offset.add(UInt64(seconds * 1e9), ordering: .relaxed)
    await settle()
  }

  /// Lets the loop look at its sockets and timers a few times.
  @EventLoopActor
  public static func settle() async {
    for _ in 0..<4 { await EventLoop.current.sleep(nanoseconds: 1) }
  }

  /// Lets the loop run until the condition holds, for some seconds at most.
  /// - Returns: whether it came to hold.
  @EventLoopActor
  public static func until(_ condition: @EventLoopActor () -> Bool) async -> Bool {
    let end = Clock.monotonicNanoseconds() + 10_000_000_000
    while !condition() {
      if Clock.monotonicNanoseconds() > end { return false }
      await EventLoop.current.sleep(nanoseconds: 200_000)
    }
    return true
  }

  private static let offset = Atomic<UInt64>(0)
  private static let turns = Turns()

  private static let loop: EventLoop = {
    let made = Monitor<EventLoop?>(nil)
    do {
      _ = try Thread(name: "test-loop", stackSize: 8 << 20) {
        guard let loop = try? EventLoop(clock: { Clock.monotonicNanoseconds() + offset.load(ordering: .relaxed) })
        else { fatalError("no loop can be made") }
        loop.install()
        made.withLock { $0 = loop }
        made.signal()
        loop.run()
      }
    } catch {
      fatalError("no thread can be made: \(error)")
    }
    return made.wait { $0 }
  }()
}

/// Lets one at a time pass, first come first served.
private actor Turns {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func giveBack() {
    if waiting.isEmpty {
      isTaken = false
    } else {
      waiting.removeFirst().resume()
    }
  }
}
