internal import CLinux
internal import Glibc
internal import Synchronization

/// A value guarded by a lock, with a condition to wait for.
///
/// The lock is a pthread mutex. The condition is a count of signals in a futex(2): with a pthread condition variable the
/// C library takes the mutex again as one that others wait for, so that each wait costs one system call more.
@safe public final class Monitor<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let signals: UnsafeMutablePointer<UInt32>
  /// Threads that wait for a signal, or are about to. Changed with the lock held.
  private let waiting = Atomic<Int>(0)
  private var value: Value

  /// Guards a value.
  public init(_ value: sending Value) {
    unsafe mutex = .allocate(capacity: 1)
    unsafe signals = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe signals.initialize(to: 0)
    unsafe pthread_mutex_init(mutex, nil)
    self.value = value
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe signals.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs a closure with the value, alone.
  public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// Waits until the closure returns a result, looking again after each signal.
  public func wait<Result>(until body: (inout Value) -> Result?) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      // A signal that comes from here on has another count: the wait below ends at once then.
      let seen = unsafe vitrine_futex_count(signals)
      waiting.add(1, ordering: .sequentiallyConsistent)
      unsafe pthread_mutex_unlock(mutex)
      unsafe vitrine_futex_wait(signals, seen)
      unsafe pthread_mutex_lock(mutex)
      waiting.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  /// Wakes one waiting thread. To be called after the value was changed.
  public func signal() {
    wake(atMost: 1)
  }

  /// Wakes all waiting threads. To be called after the value was changed.
  public func broadcast() {
    wake(atMost: .max)
  }

  /// Whoever waits has counted itself before it gave the lock back, and so before the value was changed.
  private func wake(atMost count: Int32) {
    guard waiting.load(ordering: .sequentiallyConsistent) > 0 else { return }
    unsafe vitrine_futex_wake(signals, count)
  }
}
