internal import CLinux
internal import Glibc

/// What fstat(2) says of a file.
public struct FileStatus: Sendable, Equatable {
  /// Device of the file system.
  public var device: UInt64
  /// Inode number.
  public var inode: UInt64
  /// Type and permission bits (`st_mode`).
  public var mode: UInt32
  /// Number of names.
  public var linkCount: UInt64
  /// Owner.
  public var user: UInt32
  /// Group.
  public var group: UInt32
  /// Length in bytes.
  public var size: UInt64
  /// Bytes that it takes up on its file system; fewer than its length where it has holes.
  public var allocated: UInt64
  /// Last change of the data.
  public var modified: Timestamp
  /// Last change of data, attributes or names.
  public var changed: Timestamp

  init(_ raw: stat) {
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    mode = raw.st_mode
    linkCount = UInt64(raw.st_nlink)
    user = raw.st_uid
    group = raw.st_gid
    size = UInt64(clamping: raw.st_size)
    allocated = UInt64(clamping: raw.st_blocks) &* 512
    modified = Timestamp(seconds: Int64(raw.st_mtim.tv_sec), nanoseconds: Int64(raw.st_mtim.tv_nsec))
    changed = Timestamp(seconds: Int64(raw.st_ctim.tv_sec), nanoseconds: Int64(raw.st_ctim.tv_nsec))
  }

  /// The bits of `mode` that hold the type of file (inode(7)).
  private static let typeMask: UInt32 = 0o170000

  /// Whether it is a regular file.
  public var isRegular: Bool { mode & FileStatus.typeMask == 0o100000 }
  /// Whether it is a directory.
  public var isDirectory: Bool { mode & FileStatus.typeMask == 0o040000 }
  /// Whether it is a symbolic link.
  public var isSymbolicLink: Bool { mode & FileStatus.typeMask == 0o120000 }
  /// Whether it is a socket.
  public var isSocket: Bool { mode & FileStatus.typeMask == 0o140000 }
}

/// A moment since 1970-01-01 00:00:00 UTC.
public struct Timestamp: Sendable, Equatable, Hashable, Comparable {
  /// Whole seconds.
  public var seconds: Int64
  /// 0 ..< 1,000,000,000.
  public var nanoseconds: Int64

  /// A moment from its parts.
  public init(seconds: Int64, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Nanoseconds since 1970, wrapping outside the years 1678…2262.
  public var totalNanoseconds: Int64 { seconds &* 1_000_000_000 &+ nanoseconds }

  /// Earlier or later.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

extension FileDescriptor {
  /// The state of the open file.
  public func status() throws(Errno) -> FileStatus {
    var raw = stat()
    let number = self.number
    try checked { unsafe fstat(number, &raw) }
    return FileStatus(raw)
  }
}

/// Follows a last symbolic link, or looks at the link itself.
public enum LinkTreatment: Sendable {
  /// The file that the link names.
  case follow
  /// The link.
  case noFollow
}

/// The state of the file with a path.
public func fileStatus(atPath path: String, _ links: LinkTreatment = .follow) throws(Errno) -> FileStatus {
  try checkName(path)
  var raw = stat()
  try checked { unsafe fstatat(AT_FDCWD, path, &raw, links == .follow ? 0 : AT_SYMLINK_NOFOLLOW) }
  return FileStatus(raw)
}

extension Timestamp {
  /// The moment that `totalNanoseconds` stands for.
  public init(totalNanoseconds: Int64) {
    let (seconds, rest) = totalNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    self.init(seconds: rest < 0 ? seconds - 1 : seconds, nanoseconds: rest < 0 ? rest + 1_000_000_000 : rest)
  }
}
