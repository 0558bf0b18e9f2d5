internal import CLinux
internal import Glibc

/// The error number of a failed system call, as errno(3) lists them.
public struct Errno: Error, Equatable, Hashable, Sendable, RawRepresentable {
  /// The number, positive.
  public let rawValue: Int32

  /// Wraps a number.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The calling thread's `errno`, to be read right after the failed call.
  static var current: Errno { Errno(rawValue: Glibc.errno) }

  /// Operation not permitted.
  public static let notPermitted = Errno(rawValue: EPERM)
  /// No such file or directory.
  public static let noSuchFile = Errno(rawValue: ENOENT)
  /// Interrupted by a signal.
  public static let interrupted = Errno(rawValue: EINTR)
  /// Try again: the call would block.
  public static let wouldBlock = Errno(rawValue: EAGAIN)
  /// Permission denied.
  public static let accessDenied = Errno(rawValue: EACCES)
  /// The name is taken.
  public static let fileExists = Errno(rawValue: EEXIST)
  /// Across file systems or mounts.
  public static let crossDevice = Errno(rawValue: EXDEV)
  /// Not a directory.
  public static let notDirectory = Errno(rawValue: ENOTDIR)
  /// Is a directory.
  public static let isDirectory = Errno(rawValue: EISDIR)
  /// Invalid argument.
  public static let invalidArgument = Errno(rawValue: EINVAL)
  /// Too many descriptors in this process.
  public static let tooManyDescriptors = Errno(rawValue: EMFILE)
  /// Too many descriptors in the system.
  public static let tooManyDescriptorsInSystem = Errno(rawValue: ENFILE)
  /// No memory left.
  public static let noMemory = Errno(rawValue: ENOMEM)
  /// No space left on the file system.
  public static let noSpace = Errno(rawValue: ENOSPC)
  /// Disk quota used up.
  public static let quotaExceeded = Errno(rawValue: EDQUOT)
  /// More than there may be.
  public static let fileTooLarge = Errno(rawValue: EFBIG)
  /// Name too long.
  public static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
  /// Directory not empty.
  public static let notEmpty = Errno(rawValue: ENOTEMPTY)
  /// Too many symbolic links, or one where none may be.
  public static let symbolicLoop = Errno(rawValue: ELOOP)
  /// No such attribute.
  public static let noData = Errno(rawValue: ENODATA)
  /// Not supported by this file system or kernel.
  public static let notSupported = Errno(rawValue: EOPNOTSUPP)
  /// The system call is not there.
  public static let noSystemCall = Errno(rawValue: ENOSYS)
  /// The other side has closed the connection.
  public static let brokenPipe = Errno(rawValue: EPIPE)
  /// The other side has reset the connection.
  public static let connectionReset = Errno(rawValue: ECONNRESET)
  /// The address is in use.
  public static let addressInUse = Errno(rawValue: EADDRINUSE)
  /// Nobody listens there.
  public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
  /// Input or output error.
  public static let inputOutput = Errno(rawValue: EIO)
  /// No such device or address; of lseek(2): no data behind the offset.
  public static let noSuchDeviceOrAddress = Errno(rawValue: ENXIO)
  /// No such process or child.
  public static let noChild = Errno(rawValue: ECHILD)
  /// No such process.
  public static let noSuchProcess = Errno(rawValue: ESRCH)
  /// The wait ran out of time.
  public static let timedOut = Errno(rawValue: ETIMEDOUT)
  /// There is no room for more of what waits.
  public static let noBufferSpace = Errno(rawValue: ENOBUFS)
}

extension Errno: CustomStringConvertible {
  /// The C library's words for the error.
  public var description: String {
    guard let text = unsafe strerror(rawValue) else { return "error \(rawValue)" }
    return unsafe String(cString: text)
  }
}

/// Makes a system call whose failure is -1, again as long as a signal interrupts it.
/// - Returns: what the call returned.
/// - Throws: the error number of the call.
@discardableResult
func checked<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    let error = Errno.current
    if error != .interrupted { throw error }
  }
}

/// Refuses a name or path with a NUL in it: a system call would take what stands before that for the whole, and so see
/// `..` where a check saw something else.
func checkName(_ name: String) throws(Errno) {
  if name.utf8.contains(0) { throw .noSuchFile }
}

extension [UInt8] {
  /// Lends part of the array to a system call that fills it.
  mutating func filling<Result>(
    _ part: Range<Int>, _ body: (UnsafeMutableRawBufferPointer) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    try unsafe withUnsafeMutableBufferPointer { (all) throws(Errno) -> Result in
      try unsafe body(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: all[part])))
    }
  }
}
