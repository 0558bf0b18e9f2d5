internal import CLinux
internal import Glibc

/// How full the file system of a folder is (statvfs(3)), for an ordinary user: what is reserved for root is no part of it,
/// as in the percentage of df(1).
public struct FileSystemSpace: Sendable, Equatable {
  /// Bytes that are used, and those that may still be written.
  public var totalBytes: UInt64
  /// Bytes that may still be written.
  public var availableBytes: UInt64
  /// Inodes that are used, and those that may still be made; 0 where the file system has no fixed number of them.
  public var totalInodes: UInt64
  /// Inodes that may still be made.
  public var availableInodes: UInt64

  /// Looks at the file system that holds a path.
  public init(ofPath path: String) throws(Errno) {
    var raw = statvfs()
    try checked { unsafe statvfs(path, &raw) }
    let blockSize = UInt64(raw.f_frsize)
    availableBytes = UInt64(raw.f_bavail) * blockSize
    totalBytes = Self.used(UInt64(raw.f_blocks), free: UInt64(raw.f_bfree)) * blockSize + availableBytes
    availableInodes = UInt64(raw.f_favail)
    totalInodes = Self.used(UInt64(raw.f_files), free: UInt64(raw.f_ffree)) + availableInodes
  }

  /// Some network file systems name more that is free than there is.
  private static func used(_ all: UInt64, free: UInt64) -> UInt64 { all > free ? all - free : 0 }
}
