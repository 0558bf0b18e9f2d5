internal import CLinux
internal import Glibc

/// Bytes on their way from one socket to another.
public enum PipedBytes: Sendable {
  /// Bytes in memory.
  case bytes([UInt8])
  /// So many bytes in a pipe, which is to be emptied before the next ones are put there.
  case piped(Pipe, count: Int)

  /// How many bytes.
  public var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .piped(_, let count): count
    }
  }
}

/// A pipe through which bytes go from one socket to another without being copied to this process (splice(2)). One task at a
/// time fills and empties it.
public final class Pipe: Sendable {
  private let reading: FileDescriptor
  private let writing: FileDescriptor

  /// What a pipe has at least, in bytes.
  private static let leastCapacity: Int32 = 65_536

  /// Makes an empty one.
  /// - Parameter capacity: in bytes, 64 KiB or more. Where a user has many large pipes, the kernel gives a smaller one.
  /// - Throws: where it gives one of less than 64 KiB (pipe(7), "/proc files"): bytes are sooner copied than moved in
  ///   small parts.
  public init(capacity: Int32) throws(Errno) {
    var ends: [Int32] = [-1, -1]
    try checked { unsafe vitrine_pipe(&ends) }
    reading = FileDescriptor(owning: ends[0])
    writing = FileDescriptor(owning: ends[1])
    _ = vitrine_set_pipe_size(writing.number, capacity)
    guard vitrine_pipe_size(writing.number) >= Self.leastCapacity else { throw .tooManyDescriptors }
  }

  /// Moves bytes that wait in a socket into the pipe.
  /// - Returns: `.wouldBlock` where none wait, or the pipe is full.
  public func fill(from socket: borrowing FileDescriptor, upTo count: Int) throws(Errno) -> SocketProgress {
    let progress = try Self.move(from: socket.number, to: writing.number, count)
    return progress == .bytes(0) ? .closed : progress
  }

  /// Moves bytes out of the pipe into a socket, as many as it takes without waiting. SIGPIPE must be ignored.
  /// - Parameter count: at most as many as are in the pipe.
  public func empty(into socket: borrowing FileDescriptor, count: Int) throws(Errno) -> SocketProgress {
    try Self.move(from: reading.number, to: socket.number, count)
  }

  /// Moves bytes from another pipe behind those in this one.
  /// - Parameter count: at most as many as are in the other one.
  /// - Returns: `.wouldBlock` where this one is full, or the other one empty.
  public func fill(from other: Pipe, count: Int) throws(Errno) -> SocketProgress {
    try Self.move(from: other.reading.number, to: writing.number, count)
  }

  /// Writes few bytes behind those in the pipe, all of them or none.
  /// - Returns: whether there was room.
  public func append(_ bytes: Span<UInt8>) throws(Errno) -> Bool {
    let target = writing.number
    do throws(Errno) {
      // Up to PIPE_BUF bytes are not split (pipe(7)).
      precondition(bytes.count <= 4_096)
      _ = try unsafe bytes.withUnsafeBytes { (source) throws(Errno) in
        try checked { unsafe write(target, source.baseAddress, source.count) }
      }
      return true
    } catch .wouldBlock {
      return false
    }
  }

  private static func move(from source: Int32, to target: Int32, _ count: Int) throws(Errno) -> SocketProgress {
    try SocketProgress(of: { () throws(Errno) in try checked { vitrine_splice(source, target, count) } })
  }

  /// Whether this kernel moves bytes between sockets and pipes, and from pipe to pipe. Some that stand in for Linux do not.
  public static let isSupported: Bool = {
    do throws(Errno) {
      let source = try SocketPair()
      let target = try SocketPair()
      let (first, second) = (try Pipe(capacity: leastCapacity), try Pipe(capacity: leastCapacity))
      guard try source.first.send([1].span) == .bytes(1), try first.fill(from: source.second, upTo: 1) == .bytes(1),
        try second.fill(from: first, count: 1) == .bytes(1)
      else { return false }
      return try second.empty(into: target.first, count: 1) == .bytes(1)
    } catch {
      return false
    }
  }()
}
