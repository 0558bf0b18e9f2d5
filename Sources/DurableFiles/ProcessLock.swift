package import Posix
internal import Synchronization

/// Lets one thread of all processes at a time do something, without ever sleeping longer than it has to.
///
/// What is done meanwhile should be short: the others wait.
package final class ProcessLock: Sendable {
  private let file: Mutex<FileDescriptor>

  /// - Parameter file: an open file or folder of this lock's own, the same one in all processes.
  package init(_ file: consuming FileDescriptor) {
    self.file = Mutex(file)
  }

  /// Runs the body alone.
  /// - Parameter failed: makes an error of the lock's own into one of the body's kind.
  package func callAsFunction<Value: Sendable, Failure: Error>(
    orThrow failed: (Errno) -> Failure, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    // First among the threads of this process, whose descriptor is one to the kernel.
    try file.withLock { (file) throws(Failure) in
      do throws(Errno) { try file.lock() } catch { throw failed(error) }
      defer { file.unlock() }
      return try body()
    }
  }
}
