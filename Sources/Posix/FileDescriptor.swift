internal import CLinux
internal import Glibc

/// An open file description's number, owned: it is closed when the value goes out of scope.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The number, for tables that are keyed by it. It stays owned by this value.
  public let number: Int32

  /// Takes ownership of an open descriptor.
  public init(owning number: Int32) {
    self.number = number
  }

  deinit {
    if UnnamedFiles.take(number) { return }
    // The number is free again even where close(2) reports an error.
    _ = Glibc.close(number)
  }

  /// Gives up ownership: the caller closes the number.
  public consuming func release() -> Int32 {
    let number = self.number
    discard self
    return number
  }

  /// A second descriptor of the same open file, closed on exec.
  public func duplicate() throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try checked { vitrine_fcntl_set(number, F_DUPFD_CLOEXEC, 3) })
  }

  /// Makes reads and writes on the open file return instead of waiting.
  public func setNonBlocking() throws(Errno) {
    let flags = try checked { vitrine_fcntl_get(number, F_GETFL) }
    try checked { vitrine_fcntl_set(number, F_SETFL, flags | O_NONBLOCK) }
  }

  /// Says whether the descriptor is closed when this process executes another program.
  public func setCloseOnExec(_ closes: Bool) throws(Errno) {
    try checked { vitrine_fcntl_set(number, F_SETFD, closes ? FD_CLOEXEC : 0) }
  }

  /// Whether the descriptor is a terminal.
  public var isTerminal: Bool { isatty(number) == 1 }
}

/// An owned descriptor on the heap, for places that share or outlive a scope. Closed with the last reference.
public final class SharedDescriptor: Sendable {
  /// The descriptor.
  public let descriptor: FileDescriptor

  /// Takes the descriptor over.
  public init(_ descriptor: consuming FileDescriptor) {
    self.descriptor = descriptor
  }
}
