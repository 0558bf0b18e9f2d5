internal import CLinux
internal import Glibc

/// Connects to a listening unix socket, without waiting.
/// - Returns: the connected socket, non-blocking.
/// - Throws: `EAGAIN` where too many wait to be accepted, `ECONNREFUSED` where the file is a left-over that nobody
///   listens on, `ENOENT` where there is none, `ENAMETOOLONG` for a path over 107 bytes.
public func connectToUnixSocket(atPath path: String) throws(Errno) -> FileDescriptor {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .nameTooLong }
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
  let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
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

/// Sends one datagram to a unix socket; errors are of no consequence to the sender.
/// - Parameter path: `@` at its beginning stands for the abstract name space.
public func sendDatagram(_ message: [UInt8], toUnixSocket path: String) {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  var bytes = Array(path.utf8)
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.isEmpty else { return }
  if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
  let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
  let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
  guard let number = try? checked({ Glibc.socket(AF_UNIX, type, 0) }) else { return }
  let socket = FileDescriptor(owning: number)
  _ = unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe sendto(socket.number, message, message.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length)
    }
  }
}
