import Posix

/// A thread that can stand in an array.
final class JoinedThread {
  private var thread: Thread?

  init(_ body: @escaping @Sendable () -> Void) throws { thread = try Thread(name: "test", body) }

  func join() {
    if let thread = thread.take() { thread.join() }
  }
}
