internal import CLinux
internal import Glibc

/// A thread of this process. One that nobody joins gives back by itself what it took, when it ends.
public struct Thread: ~Copyable, Sendable {
  private let handle: pthread_t

  /// Starts a thread.
  /// - Parameters:
  ///   - name: what `top -H` shows, 15 bytes at most.
  ///   - body: what it runs.
  /// - Throws: `EAGAIN` where the system has no room for another thread.
  public init(name: String, stackSize: Int = 512 * 1_024, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, stackSize)
    let box = unsafe Unmanaged.passRetained(ThreadBody(name: name, body))
    var handle = pthread_t()
    let result = unsafe pthread_create(
      &handle, &attributes,
      { pointer in
        guard let pointer = unsafe pointer else { return nil }
        let body = unsafe Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue()
        ProcessControl.setName(body.name)
        body.run()
        return nil
      }, unsafe box.toOpaque())
    guard result == 0 else {
      unsafe box.release()
      throw Errno(rawValue: result)
    }
    self.handle = handle
  }

  /// Waits for the end of the thread.
  public consuming func join() {
    pthread_join(handle, nil)
    discard self
  }

  deinit { pthread_detach(handle) }

  /// Lets every other thread of the machine go first, also at the disk.
  public static func yieldToAllOthers() {
    _ = vitrine_set_thread_nice(19)
    _ = vitrine_set_idle_io_priority()
  }

  /// The calling thread's identity, to compare only.
  public static var currentIdentity: UInt { UInt(pthread_self()) }
}

private final class ThreadBody: Sendable {
  let name: String
  let run: @Sendable () -> Void

  init(name: String, _ run: @escaping @Sendable () -> Void) {
    self.name = name
    self.run = run
  }
}
