internal import CLinux
internal import Glibc

/// Open descriptors on their way from one process to another (unix(7), `SCM_RIGHTS`): a queue in the kernel, of which any
/// number of processes hold both ends. What is in it stays open although nobody has a number for it.
public final class DescriptorQueue: Sendable {
  /// Where descriptors are put in.
  public let entrance: FileDescriptor
  /// Where they come out; readable while there are any.
  public let exit: FileDescriptor

  /// Makes an empty one: its ends do not wait, and are closed on exec.
  public init() throws(Errno) {
    var ends: [Int32] = [-1, -1]
    // Each message is one descriptor.
    let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    try checked { unsafe socketpair(AF_UNIX, type, 0, &ends) }
    entrance = FileDescriptor(owning: ends[0])
    exit = FileDescriptor(owning: ends[1])
  }

  /// Takes over the two ends of one that was inherited.
  public init(owningEntrance entrance: Int32, exit: Int32) {
    self.entrance = FileDescriptor(owning: entrance)
    self.exit = FileDescriptor(owning: exit)
  }

  /// Says whether the ends are closed when this process executes another program.
  public func setCloseOnExec(_ closes: Bool) throws(Errno) {
    try entrance.setCloseOnExec(closes)
    try exit.setCloseOnExec(closes)
  }

  /// Puts another descriptor of the same open file in.
  /// - Returns: false where there is no room at the moment.
  public func put(_ descriptor: borrowing FileDescriptor) throws(Errno) -> Bool {
    let queue = entrance.number
    let number = descriptor.number
    do throws(Errno) {
      try checked { vitrine_send_descriptor(queue, number) }
      return true
    } catch {
      // Too many descriptors are under way (unix(7), ETOOMANYREFS): as good as a full queue.
      guard error == .wouldBlock || error.rawValue == ETOOMANYREFS || error.rawValue == ENOBUFS else { throw error }
      return false
    }
  }

  /// Whether nothing is in it at the moment.
  public var isEmpty: Bool {
    var request = pollfd(fd: exit.number, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, 0) <= 0
  }

  /// Takes the next one out, closed on exec; nil where there is none.
  /// - Throws: where this process may not have another descriptor; it is still in the queue then.
  public func take() throws(Errno) -> FileDescriptor? {
    // The kernel drops a descriptor for which a process has no number left.
    _ = try exit.duplicate().number
    let queue = exit.number
    do throws(Errno) {
      return FileDescriptor(owning: try checked { vitrine_receive_descriptor(queue) })
    } catch .wouldBlock {
      return nil
    }
  }
}
