internal import CLinux
internal import Glibc

/// Why there is no connection to a host.
public enum ConnectFailure: Error, Equatable, Sendable {
  /// The name has no address, in the resolver's words.
  case unknownHost(String)
  /// None of its addresses took the connection; the last one's error.
  case notConnected(Errno)
}

extension FileDescriptor {
  /// Connects to a host by TCP, for a thread that may wait.
  /// - Parameters:
  ///   - host: a name, or an IPv4 or IPv6 address without brackets.
  ///   - seconds: the patience of the connect and of each read and write that follows; where it is over, they throw
  ///     `EAGAIN` (the connect: `EINPROGRESS`).
  public static func connect(
    host: String, port: UInt16, seconds: Int
  ) throws(ConnectFailure) -> FileDescriptor {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &hints, &found)
    guard result == 0 else { throw .unknownHost(unsafe String(cString: gai_strerror(result))) }
    defer { unsafe freeaddrinfo(found) }
    var failure = Errno.invalidArgument
    var next = unsafe found
    while let address = unsafe next {
      do throws(Errno) {
        return try unsafe connect(address.pointee, seconds)
      } catch {
        failure = error
      }
      unsafe next = address.pointee.ai_next
    }
    throw .notConnected(failure)
  }

  private static func connect(_ address: addrinfo, _ seconds: Int) throws(Errno) -> FileDescriptor {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try checked { unsafe Glibc.socket(address.ai_family, type, 0) })
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      let size = socklen_t(MemoryLayout<timeval>.size)
      try checked { unsafe setsockopt(socket.number, SOL_SOCKET, option, &patience, size) }
    }
    try checked { unsafe Glibc.connect(socket.number, address.ai_addr, address.ai_addrlen) }
    return socket
  }

  /// The address of this end of a connection, in numbers and without the port; nil where it has none.
  public var localAddress: String? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = self.number
    return unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe getsockname(number, address, &length) == 0 else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = unsafe getnameinfo(
          address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard result == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  }
}
