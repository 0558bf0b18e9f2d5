internal import CLinux
internal import Glibc

/// A signal's number.
public struct Signal: RawRepresentable, Hashable, Sendable {
  /// The number.
  public let rawValue: Int32
  /// Wraps a number.
  public init(rawValue: Int32) { self.rawValue = rawValue }
  /// No signal: only a look whether a process is there.
  public static let none = Signal(rawValue: 0)
  /// The terminal went away; here: read the settings again.
  public static let hangup = Signal(rawValue: SIGHUP)
  /// Ctrl-C.
  public static let interrupt = Signal(rawValue: SIGINT)
  /// Quit; here, for a worker: drain without a time limit.
  public static let quit = Signal(rawValue: SIGQUIT)
  /// End at once; cannot be caught.
  public static let kill = Signal(rawValue: SIGKILL)
  /// Please end.
  public static let terminate = Signal(rawValue: SIGTERM)
  /// First free one; here: reopen the log.
  public static let user1 = Signal(rawValue: SIGUSR1)
  /// A child has ended.
  public static let child = Signal(rawValue: SIGCHLD)
}

/// A set of signals that are blocked and taken one by one, by a wait or a descriptor, instead of by handlers.
public struct SignalSet: Sendable {
  private var set: sigset_t

  /// A set of these signals.
  public init(_ signals: [Signal]) {
    set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal.rawValue) }
  }

  /// Blocks the signals of this set for the process (call before any thread is made).
  public func block() {
    var set = self.set
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
  }

  /// Lets the signals of this set through again.
  public func unblock() {
    var set = self.set
    unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
  }

  /// Waits for one of the (blocked) signals.
  /// - Returns: the signal, or nil when the time is over.
  public func wait(nanoseconds: UInt64) -> Signal? {
    var set = self.set
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    let number = unsafe sigtimedwait(&set, nil, &time)
    return number > 0 ? Signal(rawValue: number) : nil
  }

  /// A descriptor that is readable while one of the (blocked) signals waits (signalfd(2)).
  public func descriptor() throws(Errno) -> FileDescriptor {
    var set = self.set
    let flags = Int32(SFD_NONBLOCK | SFD_CLOEXEC)
    return FileDescriptor(owning: try checked { unsafe signalfd(-1, &set, flags) })
  }

  /// Writes to closed pipes and sockets return `EPIPE` instead of ending the process.
  public static func ignoreBrokenPipes() {
    vitrine_ignore_signal(SIGPIPE)
  }
}

extension FileDescriptor {
  /// Takes the next signal from a descriptor made by `SignalSet.descriptor()`; nil where none waits.
  public func nextSignal() -> Signal? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    let number = self.number
    let count = unsafe withUnsafeMutableBytes(of: &info) { unsafe Glibc.read(number, $0.baseAddress, size) }
    return count == size ? Signal(rawValue: Int32(info.ssi_signo)) : nil
  }
}
