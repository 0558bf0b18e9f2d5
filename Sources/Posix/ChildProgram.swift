internal import CLinux
internal import Glibc

/// A program to be run in a process of its own, from one that has threads: posix_spawn(3), not fork(2).
///
/// The new process gets two open files as its standard input and output and nothing else of this one: no other
/// descriptor, no blocked or ignored signal, no variable but those given.
public struct ChildProgram: Sendable {
  /// The file to execute.
  public var path: String
  /// The arguments, the program's own name first.
  public var arguments: [String]
  /// The environment, as `NAME=value`.
  public var environment: [String]

  /// A program.
  public init(path: String, arguments: [String], environment: [String]) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
  }

  /// Starts it. Its standard error is thrown away.
  public func start(
    input: borrowing FileDescriptor, output: borrowing FileDescriptor
  ) throws(Errno) -> ChildProcess {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.number, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output.number, 1)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    _ = unsafe vitrine_spawn_close_from(&actions, 3)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var pid: pid_t = 0
    let result = unsafe withCStrings(arguments) { arguments in
      unsafe withCStrings(environment) { environment in
        unsafe posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
      }
    }
    guard result == 0 else { throw Errno(rawValue: result) }
    return ChildProcess(pid)
  }

  /// Calls `body` with a null-terminated array of C strings.
  private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
      return unsafe body(start)
    }
  }
}

/// A process that this one started. It does not outlive this value: one that was not waited for is ended.
public struct ChildProcess: ~Copyable {
  private let pid: ProcessID
  private var hasEnded = false

  init(_ pid: ProcessID) {
    self.pid = pid
  }

  deinit {
    guard !hasEnded else { return }
    try? ProcessControl.kill(pid, .kill)
    _ = try? ProcessControl.wait(for: pid)
  }

  /// Waits for its end; for a thread that may wait.
  /// - Returns: nil where the time was over first. The process has been ended then.
  public consuming func wait(nanoseconds: UInt64) throws(Errno) -> ProcessEnd? {
    let handle = FileDescriptor(owning: try checked { vitrine_pidfd_open(pid) })
    let deadline = Clock.monotonicNanoseconds() &+ nanoseconds
    var isOver = false
    while !isOver {
      let now = Clock.monotonicNanoseconds()
      guard now < deadline else { return nil }
      var request = pollfd(fd: handle.number, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(clamping: (deadline - now) / 1_000_000 + 1)
      do throws(Errno) {
        isOver = try checked { unsafe poll(&request, 1, milliseconds) } > 0
      } catch .interrupted {
        continue
      }
    }
    let end = try ProcessControl.wait(for: pid)
    hasEnded = true
    return end
  }
}
