internal import Posix
internal import Synchronization

/// Lets one thread of all processes at a time change names in the buckets.
///
/// What is done meanwhile should be short: other writers wait.
final class NamesLock: Sendable {
  private let folder: Mutex<FileDescriptor>

  /// - Parameter folder: an open folder of this lock's own, the same one in all processes.
  init(_ folder: consuming FileDescriptor) {
    self.folder = Mutex(folder)
  }

  func callAsFunction<Value: Sendable>(_ body: () throws(BucketError) -> Value) throws(BucketError) -> Value {
    // First among the threads of this process, whose descriptor is one to the kernel.
    try folder.withLock { (folder) throws(BucketError) in
      do throws(Errno) { try folder.lock() } catch { throw BucketError(error, "locking the buckets") }
      defer { folder.unlock() }
      return try body()
    }
  }
}
