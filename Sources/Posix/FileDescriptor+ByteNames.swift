internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// The state of a name in this directory, given in bytes, which need not be UTF-8. A link is not followed.
  public func status(of name: [UInt8]) throws(Errno) -> FileStatus {
    guard !name.contains(0) else { throw .noSuchFile }
    let terminated = name.map { CChar(bitPattern: $0) } + [0]
    var raw = stat()
    let number = self.number
    try checked { unsafe fstatat(number, terminated, &raw, AT_SYMLINK_NOFOLLOW) }
    return FileStatus(raw)
  }
}
