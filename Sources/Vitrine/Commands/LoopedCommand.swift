internal import EventLoop
internal import Posix
internal import Synchronization

/// A command that waits for a storage: it has a loop of its own for as long as it runs.
enum LoopedCommand {
  /// Runs a function to its end. Once in a process.
  /// - Returns: the exit status that the function returns.
  static func run(_ body: @escaping @EventLoopActor @Sendable () async -> Int32) throws(EventLoopError) -> Int32 {
    let loop = try EventLoop()
    loop.install()
    let status = Mutex(ExitStatus.failed)
    loop.start {
      let result = await body()
      status.withLock { $0 = result }
      loop.stop()
    }
    loop.run()
    return status.withLock { $0 }
  }

  /// The same for a function that has a result, or throws.
  static func result<Value: Sendable>(_ body: @escaping @EventLoopActor @Sendable () async throws -> Value) throws
    -> Value
  {
    let outcome = Mutex<Result<Value, any Error>?>(nil)
    _ = try run {
      let result: Result<Value, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
      return ExitStatus.done
    }
    guard let result = outcome.withLock({ $0 }) else { throw Errno.interrupted }
    return try result.get()
  }
}
