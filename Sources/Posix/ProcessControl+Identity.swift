internal import CLinux
internal import Glibc

extension ProcessControl {
  /// The numbers of a user of this machine and of his group; nil where there is nobody of that name.
  public static func identity(ofUser name: String) -> (user: UInt32, group: UInt32)? {
    guard let entry = unsafe getpwnam(name) else { return nil }
    return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  /// Makes this process, which runs as root, that user's for good, with all of the user's groups as a login or a service
  /// manager gives them. Only from a process that has a single thread.
  /// - Parameter group: the group of a user without an entry in passwd(5).
  public static func become(user: UInt32, group: UInt32) throws(Errno) {
    if let entry = unsafe getpwuid(user) {
      let own = unsafe entry.pointee.pw_gid
      try checked { unsafe initgroups(entry.pointee.pw_name, own) }
      try checked { setgid(own) }
    } else {
      var groups = [gid_t(group)]
      try checked { unsafe setgroups(1, &groups) }
      try checked { setgid(group) }
    }
    try checked { setuid(user) }
  }
}
