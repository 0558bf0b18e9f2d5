package import EventLoop
package import Storage
internal import Synchronization

/// A staged file behind a pool: what the writers of plain files have in common. The file is made when the first bytes are
/// appended, so that whoever begins a writer need not wait, and a small content takes one turn of a thread.
package final class StagedWriter: Sendable {
  private let pool: BlockingPool
  private let content: SharedContent

  /// - Parameters:
  ///   - pool: threads that may wait for the disk.
  ///   - begin: makes the file.
  package init(_ pool: BlockingPool, begin: @escaping @Sendable () throws(StorageError) -> StagedFile) {
    self.pool = pool
    content = SharedContent(begin)
  }

  deinit {
    // To remove a long file takes its time, which whoever drops the writer may not have.
    guard content.hasBegun else { return }
    pool.submit { [content] in content.access { $0.removeAll() } }
  }

  /// Runs a step on the content.
  package nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await pool.run { [content] () throws(Failure) in
      try content.access { (content) throws(Failure) in try step(content) }
    }
  }

  /// Hands the file over to whoever publishes it.
  package nonisolated(nonsending) func finish<Value: Sendable>(
    _ publish: @escaping @Sendable (consuming StagedFile) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    try await pool.run { [content] () throws(StorageError) in
      try content.access { (content) throws(StorageError) in try publish(try content.take()) }
    }
  }

  /// Gives the content up.
  package nonisolated(nonsending) func discard() async {
    guard content.hasBegun else { return }
    await pool.run { [content] in content.access { $0.removeAll() } }
  }
}

/// The content of a writer, for one thread at a time.
private final class SharedContent: Sendable {
  private let content: Mutex<StagedFileContent>

  package init(_ begin: @escaping @Sendable () throws(StorageError) -> StagedFile) {
    content = Mutex(StagedFileContent(begin))
  }

  /// Whether there is a file.
  package var hasBegun: Bool { content.withLock { $0.hasBegun } }

  package func access<Value: Sendable, Failure: Error>(
    _ body: (StagedFileContent) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try content.withLock { (content) throws(Failure) in try body(content) }
  }
}
