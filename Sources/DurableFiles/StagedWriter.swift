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

  /// Runs a last step on the content, and hands the file over to whoever publishes it, in one turn of a thread. The
  /// content is given up where the step throws.
  package nonisolated(nonsending) func finish<Metadata: Sendable, Failure: Error>(
    after step: @escaping @Sendable (any StagedContent) throws(Failure) -> Metadata,
    _ publish: @escaping @Sendable (consuming StagedFile, Metadata) throws(StorageError) -> Void
  ) async throws(CommitError<Failure>) -> Metadata {
    try await pool.run { [content] () throws(CommitError<Failure>) in
      try content.access { (content) throws(CommitError<Failure>) in
        let metadata: Metadata
        do throws(Failure) { metadata = try step(content) } catch {
          content.removeAll()
          throw .step(error)
        }
        do throws(StorageError) { try publish(try content.take(), metadata) } catch { throw .storage(error) }
        return metadata
      }
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
