internal import EventLoop
internal import Posix

/// Takes signals on the loop. They stay blocked; the supervisor blocked them before the fork.
@EventLoopActor
final class SignalWatch: ReadinessHandler {
  private let descriptor: SharedDescriptor
  private let handler: @EventLoopActor (Signal) -> Void

  init(_ signals: [Signal], _ handler: @escaping @EventLoopActor (Signal) -> Void) throws {
    descriptor = SharedDescriptor(try SignalSet(signals).descriptor())
    self.handler = handler
    _ = try EventLoop.current.register(descriptor.descriptor, [.readable], handler: self)
  }

  func becameReady(_ readiness: Readiness) {
    while let signal = descriptor.descriptor.nextSignal() { handler(signal) }
  }
}
