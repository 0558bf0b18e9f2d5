internal import EventLoop
internal import Posix

/// What the loop watches one connection for.
///
/// Input and the end of the peer always; room to send only from the moment that it is missed until the response is
/// over. A socket that is always watched for room wakes the worker once more for each answer, when the peer takes it.
@EventLoopActor
final class ConnectionWatch {
  private static let always: Readiness = [.readable, .peerClosed, .edgeTriggered]

  private let descriptor: SharedDescriptor
  private var token: SourceToken?
  private var includesRoom = false

  init(_ descriptor: SharedDescriptor) {
    self.descriptor = descriptor
  }

  /// Starts to watch: events go to the handler, edge-triggered.
  func begin(_ handler: any ReadinessHandler) throws(EventLoopError) {
    token = try EventLoop.current.register(descriptor.descriptor, Self.always, handler: handler)
  }

  /// Watches for room as well. Room that is there already is reported at once.
  func includeRoom() throws(EventLoopError) {
    guard let token, !includesRoom else { return }
    try EventLoop.current.update(descriptor.descriptor, Self.always.union(.writable), token)
    includesRoom = true
  }

  /// Room is not missed any more.
  func excludeRoom() {
    guard let token, includesRoom else { return }
    // A failure leaves needless events, nothing worse.
    try? EventLoop.current.update(descriptor.descriptor, Self.always, token)
    includesRoom = false
  }

  /// Ends the watch; to be called before the descriptor is closed.
  func end() {
    if let token { EventLoop.current.unregister(descriptor.descriptor, token) }
    token = nil
  }
}
