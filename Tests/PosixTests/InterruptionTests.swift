import Glibc
import Posix
import Synchronization
import Testing

/// Signals that arrive in the middle of a call.
@Suite(.serialized) struct InterruptionTests {
  /// Runs a body in a thread that gets signal after signal until the body has returned, and something else beside it.
  /// - Returns: what the body returned.
  private static func interrupting<Value: Sendable>(
    _ body: @escaping @Sendable () -> Value, meanwhile: () throws -> Void
  ) throws -> Value {
    // Without SA_RESTART, so that calls end with EINTR.
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGUSR2, &action, nil)
    let state = Monitor<(thread: pthread_t?, value: Value?)>((nil, nil))
    _ = try Thread(name: "interrupted") {
      // A thread gets the mask of the one that starts it, and Dispatch's block all signals.
      var wanted = sigset_t()
      sigemptyset(&wanted)
      sigaddset(&wanted, SIGUSR2)
      pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
      state.withLock { $0.thread = pthread_self() }
      let value = body()
      // No signal after this: the thread ends.
      state.withLock { $0 = (nil, value) }
      state.broadcast()
    }
    let signaller = try Thread(name: "signals") {
      while true {
        let isOver = state.withLock { state in
          if let thread = state.thread { pthread_kill(thread, SIGUSR2) }
          return state.value != nil
        }
        if isOver { return }
        usleep(200)
      }
    }
    try meanwhile()
    let value = state.wait { $0.value }
    signaller.join()
    return value
  }

  private static func pipe() -> (exit: Int32, entrance: Int32) {
    var ends: [Int32] = [-1, -1]
    Glibc.pipe(&ends)
    return (ends[0], ends[1])
  }

  @Test func interruptedReadGoesOn() throws {
    let ends = Self.pipe()
    let entrance = FileDescriptor(owning: ends.entrance)
    let read = try Self.interrupting {
      let exit = FileDescriptor(owning: ends.exit)
      var buffer: [UInt8] = [0]
      return Result { () throws(Errno) in try exit.read(into: &buffer) }
    } meanwhile: {
      usleep(20_000)
      try entrance.writeAll([7])
    }
    #expect(try read.get() == 1)
  }

  /// A pipe takes part of it, and then no more.
  @Test func writeOfAPartIsNotTakenForTheWhole() throws {
    let ends = Self.pipe()
    let exit = FileDescriptor(owning: ends.exit)
    let entrance = FileDescriptor(owning: ends.entrance)
    _ = fcntl(ends.entrance, F_SETFL, O_NONBLOCK)
    #expect(throws: Errno(rawValue: EAGAIN)) { try entrance.writeAll([UInt8](repeating: 7, count: 1 << 20)) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    let count = try exit.read(into: &buffer)
    #expect(count > 0 && count < 1 << 20)
  }

  /// Whatever found no room when the signal came is written afterwards.
  @Test func interruptedWriteLosesNothing() throws {
    let bytes = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let ends = Self.pipe()
    let exit = FileDescriptor(owning: ends.exit)
    var read: [UInt8] = []
    let written = try Self.interrupting {
      let entrance = FileDescriptor(owning: ends.entrance)
      return Result { () throws(Errno) in try entrance.writeAll(bytes) }
    } meanwhile: {
      var buffer = [UInt8](repeating: 0, count: 3_000)
      while true {
        let count = try exit.read(into: &buffer)
        if count == 0 { break }
        read += buffer[..<count]
      }
    }
    try written.get()
    #expect(read == bytes)
  }
}
