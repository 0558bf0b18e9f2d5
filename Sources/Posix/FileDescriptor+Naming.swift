internal import CLinux
internal import Glibc

/// Names in directories: link, rename, unlink, make, and the modes that go with them.
extension FileDescriptor {
  /// Gives this open file (perhaps unnamed) a name in a directory; fails with `EEXIST` if the name is taken.
  public func link(as name: String, in directory: borrowing FileDescriptor) throws(Errno) {
    // AT_EMPTY_PATH needs a capability; the way through /proc does not.
    try checkName(name)
    let path = "/proc/self/fd/\(number)"
    let target = directory.number
    try checked { unsafe linkat(AT_FDCWD, path, target, name, AT_SYMLINK_FOLLOW) }
  }

  /// Renames within this directory or into another one on the same mount, replacing what has the new name.
  public func rename(_ old: String, to new: String, in directory: borrowing FileDescriptor) throws(Errno) {
    try checkName(old)
    try checkName(new)
    let source = number
    let target = directory.number
    try checked { unsafe renameat(source, old, target, new) }
  }

  /// Renames within this directory, replacing what has the new name.
  public func rename(_ old: String, to new: String) throws(Errno) {
    try checkName(old)
    try checkName(new)
    let number = self.number
    try checked { unsafe renameat(number, old, number, new) }
  }

  /// Takes a file's name out of this directory.
  public func unlink(_ name: String) throws(Errno) {
    try checkName(name)
    let number = self.number
    try checked { unsafe unlinkat(number, name, 0) }
  }

  /// Removes an empty directory.
  public func removeDirectory(_ name: String) throws(Errno) {
    try checkName(name)
    let number = self.number
    try checked { unsafe unlinkat(number, name, AT_REMOVEDIR) }
  }

  /// Makes a directory with exactly this mode, whatever the umask.
  public func makeDirectory(_ name: String, mode: UInt32) throws(Errno) {
    try checkName(name)
    let number = self.number
    try checked { unsafe mkdirat(number, name, mode) }
    try checked { unsafe fchmodat(number, name, mode, 0) }
  }

  /// Sets the permission bits of the open file, whatever the umask.
  public func setMode(_ mode: UInt32) throws(Errno) {
    try checked { fchmod(number, mode) }
  }

  /// The state of a name in this directory.
  public func status(of name: String, _ links: LinkTreatment = .noFollow) throws(Errno) -> FileStatus {
    try checkName(name)
    var raw = stat()
    let number = self.number
    try checked { unsafe fstatat(number, name, &raw, links == .follow ? 0 : AT_SYMLINK_NOFOLLOW) }
    return FileStatus(raw)
  }

  /// Sets access and modification time.
  public func setModificationTime(_ time: Timestamp) throws(Errno) {
    var times = (
      timespec(tv_sec: 0, tv_nsec: 0x3FFF_FFFE /* UTIME_OMIT */),
      timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
    )
    let number = self.number
    try checked {
      unsafe withUnsafeBytes(of: &times) {
        unsafe futimens(number, $0.baseAddress?.assumingMemoryBound(to: timespec.self))
      }
    }
  }

  /// Takes an advisory lock on the open file (flock(2)) without waiting.
  /// - Returns: false where another open file holds it.
  public func tryLock() throws(Errno) -> Bool {
    do {
      try checked { flock(number, LOCK_EX | LOCK_NB) }
      return true
    } catch .wouldBlock {
      return false
    }
  }

  /// Takes an advisory lock on the open file (flock(2)), waiting for it. Closing the file gives it back.
  public func lock() throws(Errno) {
    try checked { flock(number, LOCK_EX) }
  }

  /// Gives such a lock back.
  public func unlock() {
    _ = flock(number, LOCK_UN)
  }
}

/// Makes a directory and those above it where they are missing, each with exactly this mode.
/// - Returns: the paths that were made, outermost first.
@discardableResult
public func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(Errno) -> [String] {
  try checkName(path)
  var made: [String] = []
  var prefix = path.hasPrefix("/") ? "/" : ""
  for segment in path.split(separator: "/") {
    prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(segment) : "/\(segment)"
    if unsafe mkdir(prefix, mode) == 0 {
      made.append(prefix)
      try checked { unsafe chmod(prefix, mode) }
    } else {
      let error = Errno.current
      guard error == .fileExists || error == .isDirectory || error == .accessDenied || error == Errno(rawValue: EROFS)
      else { throw error }
      // It is there, or may be: the look below says what is wrong, if anything.
      let status = try fileStatus(atPath: prefix)
      guard status.isDirectory else { throw .notDirectory }
    }
  }
  return made
}

/// Takes a file's name away.
public func removeFile(atPath path: String) throws(Errno) {
  try checkName(path)
  try checked { unsafe unlink(path) }
}

/// The absolute path of the working directory.
public func currentDirectoryPath() throws(Errno) -> String {
  guard let path = unsafe getcwd(nil, 0) else { throw Errno.current }
  defer { unsafe free(path) }
  return unsafe String(cString: path)
}

/// A path without links, `.` and `..`; what it names must be there.
public func resolvedPath(_ path: String) throws(Errno) -> String {
  try checkName(path)
  guard let resolved = unsafe realpath(path, nil) else { throw .current }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}
