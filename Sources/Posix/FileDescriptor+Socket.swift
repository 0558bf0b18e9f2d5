internal import CLinux
internal import Glibc

/// What a call on a socket that never waits came to.
public enum SocketProgress: Sendable, Equatable {
  /// So many bytes went through.
  case bytes(Int)
  /// The socket would have to be waited for.
  case wouldBlock
  /// The other side has closed its end.
  case closed
}

extension SocketProgress {
  /// What a call came to that moves bytes towards a socket or a pipe.
  init(of call: () throws(Errno) -> Int) throws(Errno) {
    do throws(Errno) {
      self = .bytes(try call())
    } catch .wouldBlock {
      self = .wouldBlock
    } catch .brokenPipe {
      self = .closed
    } catch .connectionReset {
      self = .closed
    }
  }
}

extension FileDescriptor {
  /// Receives into an array without waiting.
  public func receive(into buffer: inout [UInt8]) throws(Errno) -> SocketProgress {
    let number = self.number
    do throws(Errno) {
      let count = try unsafe buffer.filling(0..<buffer.count) { (target) throws(Errno) -> Int in
        try checked { unsafe recv(number, target.baseAddress, target.count, Int32(MSG_DONTWAIT)) }
      }
      return count == 0 ? .closed : .bytes(count)
    } catch .wouldBlock {
      return .wouldBlock
    } catch .connectionReset {
      return .closed
    }
  }

  /// Sends from a span without waiting and without SIGPIPE.
  /// - Parameter more: more follows at once, so a small packet may wait for it (`MSG_MORE`).
  public func send(_ bytes: Span<UInt8>, more: Bool = false) throws(Errno) -> SocketProgress {
    let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0))
    return try sending { (socket) throws(Errno) in
      try unsafe bytes.withUnsafeBytes { (source) throws(Errno) in
        try checked { unsafe Glibc.send(socket, source.baseAddress, source.count, flags) }
      }
    }
  }

  /// Sends two spans as if they were one, without waiting and without SIGPIPE (sendmsg(2)).
  public func send(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(Errno) -> SocketProgress {
    try sending { (socket) throws(Errno) in
      try unsafe first.withUnsafeBytes { (first) throws(Errno) in
        try unsafe second.withUnsafeBytes { (second) throws(Errno) in
          try checked {
            unsafe vitrine_send_two(socket, first.baseAddress, first.count, second.baseAddress, second.count)
          }
        }
      }
    }
  }

  /// Hands pages of a file to this socket without copying them (sendfile(2)), as many as it takes without waiting.
  /// - Returns: `.bytes(0)` where the file ends before the offset.
  public func sendFile(
    _ file: borrowing FileDescriptor, at offset: UInt64, count: Int
  ) throws(Errno) -> SocketProgress {
    let source = file.number
    var position = off_t(clamping: offset)
    return try sending { (socket) throws(Errno) in
      try checked { unsafe sendfile(socket, source, &position, count) }
    }
  }

  /// What a call came to that sends to this socket.
  private func sending(_ call: (Int32) throws(Errno) -> Int) throws(Errno) -> SocketProgress {
    try SocketProgress(of: { () throws(Errno) in try call(number) })
  }

  /// Takes the next waiting connection of a listening socket: non-blocking, closed on exec; nil where none waits.
  public func accept() throws(Errno) -> FileDescriptor? {
    let number = self.number
    do throws(Errno) {
      return FileDescriptor(owning: try checked { vitrine_accept4(number) })
    } catch .wouldBlock {
      return nil
    } catch {
      // The connection was gone before it was taken (accept(2), "Error handling").
      if error.rawValue == ECONNABORTED || error.rawValue == EPROTO { return nil }
      throw error
    }
  }

  /// Bytes that were sent but that the other side has not taken yet (`SIOCOUTQ`).
  public var unsentBytes: Int { Int(max(0, vitrine_unsent_bytes(number))) }

  /// Bytes that wait to be received (`SIOCINQ`).
  public var waitingBytes: Int { Int(max(0, vitrine_waiting_bytes(number))) }

  /// How many bytes have been taken from a TCP connection since it was made, while nobody takes any; nil where the kernel
  /// does not say, or more come all the time. The end of the stream may count as one.
  public var takenBytes: UInt64? {
    for _ in 0..<50 {
      let waiting = vitrine_waiting_bytes(number)
      let received = vitrine_received_bytes(number)
      guard waiting >= 0, received >= Int64(waiting) else { return nil }
      // Where none have come between, the two belong together.
      if vitrine_waiting_bytes(number) == waiting { return UInt64(received - Int64(waiting)) }
    }
    return nil
  }

  /// The error that the socket holds, if it holds one (`SO_ERROR`).
  public var pendingError: Errno? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    let result = unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &value, &length)
    return result == 0 && value != 0 ? Errno(rawValue: value) : nil
  }

  /// The address family of the socket.
  public var socketFamily: SocketFamily? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = self.number
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(number, $0, &length) }
    }
    guard result == 0 else { return nil }
    switch Int32(address.ss_family) {
    case AF_UNIX: return .unix
    case AF_INET, AF_INET6: return .internet
    default: return nil
    }
  }

  /// The address of whoever is on the other side of a TCP connection, as digits; nil for other sockets.
  public var peerAddress: String? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var digits = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
    let number = self.number
    let isNamed = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
        guard unsafe getpeername(number, socketAddress, &length) == 0,
          [AF_INET, AF_INET6].contains(unsafe Int32(socketAddress.pointee.sa_family))
        else { return false }
        return unsafe digits.withUnsafeMutableBytes { buffer in
          unsafe getnameinfo(
            socketAddress, length, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), socklen_t(buffer.count),
            nil,
            0, NI_NUMERICHOST) == 0
        }
      }
    }
    return isNamed ? String(decoding: digits.prefix { $0 != 0 }, as: UTF8.self) : nil
  }

  /// Whether the descriptor is a listening socket (`SO_ACCEPTCONN`).
  public var isListening: Bool {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0
  }

  /// Size of the kernel's send buffer in bytes (`SO_SNDBUF`), as `setSendBuffer` takes it; nil for what is no socket.
  public var sendBuffer: Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(number, SOL_SOCKET, SO_SNDBUF, &value, &length) == 0 else { return nil }
    // Linux doubles what is set, for its own use, and tells the double (socket(7)).
    return value / 2
  }

  /// Sets the size of the kernel's send buffer in bytes (`SO_SNDBUF`), up to `net.core.wmem_max`.
  public func setSendBuffer(_ bytes: Int32) throws(Errno) {
    var value = bytes
    let number = self.number
    try checked { unsafe setsockopt(number, SOL_SOCKET, SO_SNDBUF, &value, socklen_t(MemoryLayout<Int32>.size)) }
  }

  /// Ends one direction of a connection, or both, for everybody who has the socket open (shutdown(2)). A listening
  /// unix socket that is shut down refuses connections; those that wait can still be accepted.
  public func shutDown(receiving: Bool = false, sending: Bool = false) throws(Errno) {
    guard receiving || sending else { return }
    let how = receiving && sending ? Int32(SHUT_RDWR) : receiving ? Int32(SHUT_RD) : Int32(SHUT_WR)
    try checked { shutdown(number, how) }
  }

  /// Has closing this TCP socket reset the connection, and drop what was not sent yet (`SO_LINGER` of no time).
  public func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Sends small packets at once (`TCP_NODELAY`); no effect on a unix socket.
  public func disableSendDelay() {
    var value: Int32 = 1
    _ = unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}

/// The families of sockets that Vitrine serves on.
public enum SocketFamily: Sendable {
  /// A unix socket.
  case unix
  /// IPv4 or IPv6.
  case internet
}

/// A pair of connected unix stream sockets, non-blocking, closed on exec: for tests and for in-process peers.
public struct SocketPair: ~Copyable, Sendable {
  /// One end.
  public var first: FileDescriptor
  /// The other end.
  public var second: FileDescriptor

  /// Makes the pair.
  public init() throws(Errno) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    try checked { unsafe socketpair(AF_UNIX, type, 0, &ends) }
    first = FileDescriptor(owning: ends[0])
    second = FileDescriptor(owning: ends[1])
  }
}
