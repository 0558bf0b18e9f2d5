internal import CLinux
internal import Glibc

/// Connects to a listening unix socket, to find out whether somebody serves there.
/// - Throws: `ECONNREFUSED` where the file is a left-over that nobody listens on, `ENOENT` where there is none,
///   `ENAMETOOLONG` for a path over 107 bytes.
public func connectToUnixSocket(atPath path: String) throws(Errno) -> FileDescriptor {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .nameTooLong }
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
  let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  let socket = FileDescriptor(owning: try checked { Glibc.socket(AF_UNIX, type, 0) })
  let number = socket.number
  try checked {
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
  return socket
}

/// The longest path that a unix socket can have, in bytes.
public let longestUnixSocketPath = 107
