internal import CLinux
internal import Glibc

extension ProcessControl {
  /// Makes this process, which runs as root, that user's for good. Only from a process that has a single thread.
  public static func become(user: UInt32, group: UInt32) throws(Errno) {
    var groups = [gid_t(group)]
    try checked { unsafe setgroups(1, &groups) }
    try checked { setgid(group) }
    try checked { setuid(user) }
  }
}
