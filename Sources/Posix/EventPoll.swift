internal import CLinux
internal import Glibc

/// What a descriptor is ready for, as epoll(7) reports it.
public struct Readiness: OptionSet, Sendable {
  /// The bits of `epoll_event.events`.
  public let rawValue: UInt32
  /// Wraps bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// There is something to read, or a connection to accept.
  public static let readable = Readiness(rawValue: 0x001)
  /// There is room to write.
  public static let writable = Readiness(rawValue: 0x004)
  /// An error is pending.
  public static let error = Readiness(rawValue: 0x008)
  /// Both directions are closed.
  public static let hangup = Readiness(rawValue: 0x010)
  /// The other side will send nothing more.
  public static let peerClosed = Readiness(rawValue: 0x2000)
  /// Report changes, not states (`EPOLLET`); only to register.
  public static let edgeTriggered = Readiness(rawValue: 1 << 31)
  /// Wake one of several processes that wait for the same socket (`EPOLLEXCLUSIVE`); only to register.
  public static let exclusive = Readiness(rawValue: 1 << 28)
}

/// An epoll instance with room for a batch of events. Made in the process that uses it: a fork would share it.
@safe public struct EventPoll: ~Copyable {
  private let instance: FileDescriptor
  private let events: UnsafeMutablePointer<epoll_event>
  private let capacity: Int32

  /// Makes an instance that takes up to `capacity` events at once.
  public init(capacity: Int = 256) throws(Errno) {
    instance = FileDescriptor(owning: try checked { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    unsafe events = .allocate(capacity: capacity)
    unsafe events.initialize(repeating: epoll_event(), count: capacity)
    self.capacity = Int32(capacity)
  }

  deinit {
    unsafe events.deallocate()
  }

  /// Starts to watch a descriptor. Its events carry the token.
  public func add(_ descriptor: borrowing FileDescriptor, _ interest: Readiness, token: UInt64) throws(Errno) {
    try control(EPOLL_CTL_ADD, descriptor, interest, token)
  }

  /// Changes what is watched for.
  public func modify(_ descriptor: borrowing FileDescriptor, _ interest: Readiness, token: UInt64) throws(Errno) {
    try control(EPOLL_CTL_MOD, descriptor, interest, token)
  }

  /// Stops watching a descriptor.
  public func remove(_ descriptor: borrowing FileDescriptor) throws(Errno) {
    try control(EPOLL_CTL_DEL, descriptor, [], 0)
  }

  private func control(
    _ operation: Int32, _ descriptor: borrowing FileDescriptor, _ interest: Readiness, _ token: UInt64
  ) throws(Errno) {
    var event = unsafe epoll_event()
    unsafe vitrine_epoll_event_set(&event, interest.rawValue, token)
    let poll = instance.number
    let number = descriptor.number
    try checked { unsafe epoll_ctl(poll, operation, number, &event) }
  }

  /// Waits for events.
  /// - Parameter milliseconds: how long at most; -1 for ever, 0 not at all.
  /// - Returns: how many events there are, to be read with `event(_:)` before the next wait.
  public func wait(milliseconds: Int32) throws(Errno) -> Int {
    let count = unsafe epoll_wait(instance.number, events, capacity, milliseconds)
    if count >= 0 { return Int(count) }
    let error = Errno.current
    if error == .interrupted { return 0 }
    throw error
  }

  /// One event of the last wait.
  public func event(_ index: Int) -> (readiness: Readiness, token: UInt64) {
    precondition(index >= 0 && index < Int(capacity))
    return unsafe (
      Readiness(rawValue: events[index].events), vitrine_epoll_event_data(events + index)
    )
  }
}

/// A counter that other threads raise to wake a loop (eventfd(2)).
public struct WakeUp: ~Copyable, Sendable {
  /// The descriptor to watch for readability.
  public let descriptor: FileDescriptor

  /// Makes one, not raised.
  public init() throws(Errno) {
    let flags = Int32(EFD_NONBLOCK | EFD_CLOEXEC)
    descriptor = FileDescriptor(owning: try checked { eventfd(0, flags) })
  }

  /// Raises it. Safe from any thread.
  public func raise() {
    var one: UInt64 = 1
    _ = unsafe Glibc.write(descriptor.number, &one, 8)
  }

  /// Takes it down again.
  public func clear() {
    var value: UInt64 = 0
    _ = unsafe Glibc.read(descriptor.number, &value, 8)
  }
}
