internal import CLinux
internal import Glibc

/// How full the file system of a folder is (statvfs(3)).
public struct FileSystemSpace: Sendable, Equatable {
  /// Bytes in all.
  public var totalBytes: UInt64
  /// Bytes that an ordinary user may still write.
  public var availableBytes: UInt64
  /// Inodes in all; 0 where the file system has no fixed number of them.
  public var totalInodes: UInt64
  /// Inodes that are still free.
  public var availableInodes: UInt64

  /// Looks at the file system that holds a path.
  public init(ofPath path: String) throws(Errno) {
    var raw = statvfs()
    try checked { unsafe statvfs(path, &raw) }
    totalBytes = UInt64(raw.f_blocks) * UInt64(raw.f_frsize)
    availableBytes = UInt64(raw.f_bavail) * UInt64(raw.f_frsize)
    totalInodes = UInt64(raw.f_files)
    availableInodes = UInt64(raw.f_favail)
  }
}
