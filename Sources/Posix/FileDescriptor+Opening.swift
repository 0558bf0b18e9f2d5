internal import CLinux
internal import Glibc

/// How a file is opened (open(2)). `O_CLOEXEC` is always set.
public struct OpenFlags: OptionSet, Sendable {
  /// The bits of open(2).
  public let rawValue: Int32
  /// Wraps bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }
  /// Only to read (the absence of the two others).
  public static let readOnly = OpenFlags([])
  /// Only to write.
  public static let writeOnly = OpenFlags(rawValue: O_WRONLY)
  /// To read and write.
  public static let readWrite = OpenFlags(rawValue: O_RDWR)
  /// Make it if it is not there.
  public static let create = OpenFlags(rawValue: O_CREAT)
  /// Fail if it is there.
  public static let exclusive = OpenFlags(rawValue: O_EXCL)
  /// Cut it to nothing.
  public static let truncate = OpenFlags(rawValue: O_TRUNC)
  /// Every write goes to the end.
  public static let append = OpenFlags(rawValue: O_APPEND)
  /// Only a directory.
  public static let directory = OpenFlags(rawValue: O_DIRECTORY)
  /// Fail on a last symbolic link.
  public static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
  /// Do not wait for the other side of a pipe.
  public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
  /// Leave the access time alone (for the owner or root).
  public static let noAccessTime = OpenFlags(rawValue: 0o1000000)
  /// Only a handle on the place, not the content.
  public static let pathOnly = OpenFlags(rawValue: 0o10000000)
}

extension FileDescriptor {
  /// Opens a path.
  /// - Parameter mode: permission bits of a new file, before the umask.
  public static func open(
    _ path: String, _ flags: OpenFlags, mode: UInt32 = 0o644
  ) throws(Errno) -> FileDescriptor {
    try checkName(path)
    return FileDescriptor(owning: try checked { unsafe vitrine_open(path, flags.rawValue | O_CLOEXEC, mode) })
  }

  /// Opens a name relative to this directory.
  public func open(_ name: String, _ flags: OpenFlags, mode: UInt32 = 0o644) throws(Errno) -> FileDescriptor {
    try checkName(name)
    let number = self.number
    return FileDescriptor(owning: try checked { unsafe vitrine_openat(number, name, flags.rawValue | O_CLOEXEC, mode) })
  }

  /// Opens a relative path given in bytes so that it cannot leave this directory: openat2(2) with `RESOLVE_BENEATH`,
  /// `RESOLVE_NO_SYMLINKS` and `RESOLVE_NO_MAGICLINKS`.
  public func openBeneath(_ path: [UInt8], _ flags: OpenFlags) throws(Errno) -> FileDescriptor {
    guard !path.contains(0) else { throw .noSuchFile }
    let resolve = UInt64(RESOLVE_BENEATH) | UInt64(RESOLVE_NO_SYMLINKS) | UInt64(RESOLVE_NO_MAGICLINKS)
    let allFlags = UInt64(flags.rawValue | O_CLOEXEC)
    let number = self.number
    let terminated = path.map { CChar(bitPattern: $0) } + [0]
    return FileDescriptor(
      owning: try checked { unsafe vitrine_openat2(number, terminated, allFlags, resolve) })
  }

  /// The same where nothing has to be looked for on a disk (`RESOLVE_CACHED`); nil where that would be, or where the path
  /// cannot be opened.
  public func openBeneathIfCached(_ path: [UInt8], _ flags: OpenFlags) -> FileDescriptor? {
    guard !path.contains(0) else { return nil }
    let resolve =
      UInt64(RESOLVE_BENEATH) | UInt64(RESOLVE_NO_SYMLINKS) | UInt64(RESOLVE_NO_MAGICLINKS) | UInt64(RESOLVE_CACHED)
    let terminated = path.map { CChar(bitPattern: $0) } + [0]
    let opened = unsafe vitrine_openat2(number, terminated, UInt64(flags.rawValue | O_CLOEXEC), resolve)
    return opened < 0 ? nil : FileDescriptor(owning: opened)
  }

  /// Makes a file that is only in memory and has no place (memfd_create(2)).
  /// - Parameter name: what /proc shows.
  public static func inMemory(_ name: String) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try checked { unsafe vitrine_memory_file(name) })
  }

  /// Opens a file without a name in this directory (`O_TMPFILE`): it vanishes when closed unless it is linked.
  public func openUnnamed(mode: UInt32 = 0o600) throws(Errno) -> FileDescriptor {
    let number = self.number
    let temporary: Int32 = 0o20200000
    return FileDescriptor(
      owning: try checked { unsafe vitrine_openat(number, ".", temporary | O_RDWR | O_CLOEXEC, mode) })
  }
}
