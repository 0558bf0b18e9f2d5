internal import CLinux
internal import Glibc

/// A process's number.
public typealias ProcessID = Int32

/// How a child process ended.
public enum ProcessEnd: Sendable, Equatable {
  /// With an exit status.
  case exited(Int32)
  /// By a signal.
  case signaled(Int32)
}

/// Making, ending and describing processes.
public enum ProcessControl {
  /// Which side of a fork this is.
  public enum Fork: Sendable {
    /// The new process.
    case child
    /// The old one, with the number of the new one.
    case parent(ProcessID)
  }

  /// Splits the process in two. Only from a process that has a single thread.
  public static func fork() throws(Errno) -> Fork {
    let pid = try checked { Glibc.fork() }
    return pid == 0 ? .child : .parent(pid)
  }

  /// This process's number.
  public static var currentID: ProcessID { getpid() }

  /// The number of the process that made this one.
  public static var parentID: ProcessID { getppid() }

  /// Takes the next child that has ended, without waiting; nil where none has.
  public static func reap() throws(Errno) -> (ProcessID, ProcessEnd)? {
    var status: Int32 = 0
    let pid: ProcessID
    do throws(Errno) {
      pid = try checked { unsafe waitpid(-1, &status, WNOHANG) }
    } catch .noChild {
      return nil
    }
    guard pid != 0 else { return nil }
    return (pid, end(status))
  }

  /// Waits for one child's end.
  public static func wait(for pid: ProcessID) throws(Errno) -> ProcessEnd {
    var status: Int32 = 0
    try checked { unsafe waitpid(pid, &status, 0) }
    return end(status)
  }

  private static func end(_ status: Int32) -> ProcessEnd {
    vitrine_wait_signaled(status) != 0
      ? .signaled(vitrine_wait_signal(status)) : .exited(vitrine_wait_exit_status(status))
  }

  /// Sends a signal; signal 0 only looks whether the process is there.
  public static func kill(_ pid: ProcessID, _ signal: Signal) throws(Errno) {
    try checked { Glibc.kill(pid, signal.rawValue) }
  }

  /// Replaces the program of this process. Returns only by throwing.
  public static func execute(_ path: String, arguments: [String]) throws(Errno) -> Never {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    _ = unsafe execv(path, &pointers)
    let error = Errno.current
    unsafe pointers.forEach { unsafe free($0) }
    throw error
  }

  /// Sets the name that `ps -o comm` and `top` show, 15 bytes at most.
  public static func setName(_ name: String) {
    _ = unsafe vitrine_set_process_name(name)
  }

  /// Asks the kernel to end this process when its parent dies.
  public static func dieWithParent(_ signal: Signal = .kill) {
    _ = vitrine_set_parent_death_signal(signal.rawValue)
  }

  /// Ends the process at once, without exit handlers.
  public static func exitNow(_ status: Int32) -> Never {
    _exit(status)
  }

  /// When a process was started, in clock ticks since boot (`/proc/<pid>/stat`, field 22); nil where it is not there.
  /// With the number it names a process for good, since numbers are used again.
  public static func startTime(of pid: ProcessID) -> UInt64? {
    guard
      let file = try? FileDescriptor.open("/proc/\(pid)/stat", .readOnly),
      let content = try? file.readAll(limit: 4_096),
      // The second field is the name in parentheses, which may hold anything.
      let close = content.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = content[(close + 1)...].split(separator: UInt8(ascii: " "))
    // A zombie is no longer alive; `)` ends field 2, so field 3 is at 0 and field 22 at 19.
    guard fields.count > 19, fields[0].first != UInt8(ascii: "Z") else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }

  /// The path of the running program, as it was when it started.
  public static func programPath() throws(Errno) -> String {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = try unsafe buffer.filling(0..<buffer.count) { (target) throws(Errno) -> Int in
      guard let start = target.baseAddress else { return 0 }
      return try checked {
        unsafe readlink("/proc/self/exe", start.assumingMemoryBound(to: CChar.self), target.count)
      }
    }
    let path = String(decoding: buffer[..<count], as: UTF8.self)
    // An upgrade that replaced the file leaves this mark; the new program stands at the same path.
    let deleted = " (deleted)"
    return path.hasSuffix(deleted) ? String(path.dropLast(deleted.count)) : path
  }

  /// The path of a program that can be executed, looked for in the folders of `PATH`; nil where there is none.
  public static func findProgram(_ name: String) -> String? {
    let folders = (Environment.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    return folders.lazy.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
  }

  /// Raises the limit on open descriptors to the most that this process may have.
  /// - Returns: the limit in force.
  @discardableResult
  public static func raiseDescriptorLimit() -> UInt64 {
    var limit = rlimit()
    guard unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
    _ = unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
    return UInt64(limit.rlim_cur)
  }

  /// The number of processors that this process may run on.
  public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Whether this process runs as root.
  public static var isRoot: Bool { geteuid() == 0 }

  /// Sets the mask of permission bits that new files do not get.
  @discardableResult
  public static func setFileCreationMask(_ mask: UInt32) -> UInt32 { umask(mask) }
}
