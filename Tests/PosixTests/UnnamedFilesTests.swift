import Foundation
import Posix
import Testing

@Suite(.serialized) struct UnnamedFilesTests {
  /// Whether a file that a thread drops which must not wait is closed, now or soon. A lock tells, since numbers of
  /// descriptors are used again.
  private func isClosedInTheEnd(_ make: @escaping @Sendable () throws -> FileDescriptor) throws -> Bool {
    let observer = Monitor<SharedDescriptor?>(nil)
    let thread = try Posix.Thread(name: "spared") {
      UnnamedFiles.spareThisThread()
      guard let file = try? make(), (try? file.tryLock()) == true,
        let other = try? FileDescriptor.open("/proc/self/fd/\(file.number)", .readOnly)
      else { return }
      let shared = SharedDescriptor(other)
      observer.withLock { $0 = shared }
    }
    thread.join()
    let other = try #require(observer.withLock { $0 })
    let deadline = Clock.monotonicNanoseconds() + 5_000_000_000
    while Clock.monotonicNanoseconds() < deadline {
      if try other.descriptor.tryLock() { return true }
      Clock.sleep(nanoseconds: 1_000_000)
    }
    return false
  }

  @Test func fileWithANameIsClosed() throws {
    let path = NSTemporaryDirectory() + "vitrine-named-\(UUID().uuidString)"
    defer { try? removeFile(atPath: path) }
    #expect(try isClosedInTheEnd { try FileDescriptor.open(path, [.readWrite, .create], mode: 0o600) })
  }

  @Test func filesWithoutANameAreClosed() throws {
    let folder = NSTemporaryDirectory()
    for _ in 0..<50 {
      #expect(try isClosedInTheEnd { try FileDescriptor.open(folder, [.directory]).openUnnamed() })
    }
  }
}
