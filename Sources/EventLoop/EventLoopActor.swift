/// The global actor of the worker's one loop: everything that touches connections runs on it, in one thread.
@globalActor
public actor EventLoopActor {
  /// The actor; its executor is the process's loop.
  public static let shared = EventLoopActor()

  /// The loop of this process. It must have been installed.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe EventLoop.current.asUnownedSerialExecutor()
  }

  /// Calls a function of the actor from synchronous code, if that runs on the loop's thread; nil elsewhere.
  public static func ifIsolated<Result>(_ body: @EventLoopActor () -> Result) -> Result? {
    EventLoop.current.isCurrentThread ? assumeIsolated(body) : nil
  }

  /// Calls a function of the actor from synchronous code that already runs on the loop's thread.
  static func assumeIsolated<Result>(_ body: @EventLoopActor () -> Result) -> Result {
    EventLoop.current.checkIsolated()
    // The check above is what makes it right to drop the isolation from the function's type.
    return withoutActuallyEscaping(body) { escaping in
      unsafe unsafeBitCast(escaping, to: (() -> Result).self)()
    }
  }
}
