internal import CLinux
internal import Glibc

/// Binds a TCP address for a moment, to find out whether it can be had.
/// - Parameters:
///   - host: a name or an IPv4 address; empty or `*` for every interface.
///   - port: the port.
/// - Returns: the address in digits and dots; of a name that has several, the first one.
/// - Throws: `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, … as bind(2) does; `EINVAL` for a name that does not resolve.
public func tryBinding(host: String, port: UInt16) throws(Errno) -> String {
  var hints = unsafe addrinfo()
  unsafe hints.ai_family = AF_INET
  unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  unsafe hints.ai_flags = AI_PASSIVE
  var found: UnsafeMutablePointer<addrinfo>?
  let isAny = host.isEmpty || host == "*"
  let result =
    isAny
    ? unsafe getaddrinfo(nil, String(port), &hints, &found)
    : unsafe getaddrinfo(host, String(port), &hints, &found)
  guard result == 0, let address = unsafe found else { throw .invalidArgument }
  defer { unsafe freeaddrinfo(address) }
  let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  let socket = FileDescriptor(owning: try checked { Glibc.socket(AF_INET, type, 0) })
  let number = socket.number
  var one: Int32 = 1
  _ = unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
  try checked { unsafe bind(number, address.pointee.ai_addr, address.pointee.ai_addrlen) }
  var digits = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
  let isNamed = unsafe digits.withUnsafeMutableBytes { buffer in
    unsafe getnameinfo(
      address.pointee.ai_addr, address.pointee.ai_addrlen, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
      socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
  }
  guard isNamed == 0 else { throw .invalidArgument }
  return String(decoding: digits.prefix { $0 != 0 }, as: UTF8.self)
}
