internal import Posix

/// A process beside the program that keeps its listening socket while one instance has ended and the next has not begun
/// (deploy/keep-socket.c): connections wait in the socket meanwhile, and none is refused. It is there where the program is
/// replaced as a whole, as in a container, and is found by its place beside the socket.
enum SocketKeeper {
  /// Nanoseconds between two looks for an answer, and looks at most.
  private static let pause: UInt64 = 10_000_000
  private static let looks = 100

  private static func path(beside socket: String) -> String { socket + ".keeper" }

  /// Leaves a listening socket with the keeper.
  /// - Returns: whether there is one that takes it.
  static func keep(_ listener: borrowing FileDescriptor, of path: String) -> Bool {
    guard let keeper = try? connect(path) else { return false }
    do throws(Errno) {
      return try keeper.put(listener)
    } catch {
      return false
    }
  }

  /// What the instance before has left; nil where there is nothing, or no keeper.
  static func takeBack(of path: String) -> FileDescriptor? {
    guard let keeper = try? connect(path) else { return nil }
    try? keeper.exit.shutDown(sending: true)
    for _ in 0..<looks {
      do throws(Errno) {
        guard let listener = try keeper.take() else {
          Clock.sleep(nanoseconds: pause)
          continue
        }
        guard listener.isListening else { return nil }
        return listener
      } catch {
        // It has said that it keeps nothing.
        return nil
      }
    }
    return nil
  }

  /// A connection to the keeper, over which a descriptor goes as through a queue.
  private static func connect(_ path: String) throws(Errno) -> DescriptorQueue {
    let connection = try connectToUnixSocket(atPath: Self.path(beside: path))
    let second = try connection.duplicate()
    return DescriptorQueue(owningEntrance: connection.release(), exit: second.release())
  }
}
