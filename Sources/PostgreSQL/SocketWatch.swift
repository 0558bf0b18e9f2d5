internal import EventLoop
internal import Posix

/// The watch over a socket of libpq's, which closes it itself. It tells of states, not of changes: libpq may leave bytes for
/// the next time.
@EventLoopActor
final class SocketWatch: ReadinessHandler {
  private let number: Int32
  private var token: SourceToken?
  private let action: @EventLoopActor () -> Void
  private var interest: Readiness

  init(
    _ number: Int32, _ interest: Readiness, _ action: @escaping @EventLoopActor () -> Void
  ) throws(PostgreSQLError) {
    self.number = number
    self.action = action
    self.interest = interest
    let socket = FileDescriptor(owning: number)
    let result = Result { () throws(EventLoopError) in
      try EventLoop.current.register(socket, interest, handler: self)
    }
    _ = socket.release()
    guard case .success(let token) = result else { throw .connectionLost("its socket cannot be watched") }
    self.token = token
  }

  convenience init(
    _ number: Int32, _ interest: Readiness, wakes point: WaitPoint
  ) throws(PostgreSQLError) {
    try self.init(number, interest) { point.wake() }
  }

  func becameReady(_ readiness: Readiness) { action() }

  /// Changes what is watched for.
  func update(_ interest: Readiness) throws(PostgreSQLError) {
    guard let token, interest != self.interest else { return }
    self.interest = interest
    let socket = FileDescriptor(owning: number)
    let result = Result { () throws(EventLoopError) in try EventLoop.current.update(socket, interest, token) }
    _ = socket.release()
    if case .failure = result { throw .connectionLost("its socket cannot be watched") }
  }

  /// Ends the watch: before libpq is called that may close the socket, or in the same turn of the loop, in which nobody else
  /// can have registered a socket of the number.
  func end() {
    guard let token else { return }
    self.token = nil
    let socket = FileDescriptor(owning: number)
    EventLoop.current.unregister(socket, token)
    _ = socket.release()
  }
}
