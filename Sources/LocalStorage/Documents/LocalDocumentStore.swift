internal import DurableFiles
public import EventLoop
internal import Posix
public import Storage
internal import Synchronization

/// Documents as files of the private folder.
public final class LocalDocumentStore: DocumentStore {
  private let folder: PrivateFolder
  private let pool: BlockingPool
  private let files: Mutex<[String: DocumentFile]> = Mutex([:])

  /// The documents of a data folder.
  /// - Parameter pool: whose threads wait for the disk.
  public init(in folder: PrivateFolder, pool: BlockingPool) {
    self.folder = folder
    self.pool = pool
  }

  /// Reads the file, and runs the body on the thread that did.
  public nonisolated(nonsending) func read<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (StoredDocument?) -> Value
  ) async throws(StorageError) -> Value {
    let file = file(name)
    return try await pool.run { () throws(StorageError) in
      do throws(Errno) { return body(try file.read()) } catch { throw StorageError(error, "reading \(name)") }
    }
  }

  /// Replaces the file under the lock of the private folder.
  public nonisolated(nonsending) func replace(
    _ name: String, _ version: DocumentVersion?, with bytes: [UInt8]
  ) async throws(StorageError) -> DocumentVersion {
    let file = file(name)
    return try await pool.run { () throws(StorageError) in
      try file.change {
        StorageError($0, $1)
      } _: { (current) throws(StorageError) in
        guard current?.version == version else { throw .conflict }
        return bytes
      }
    }
  }

  /// Asks the file that was read, which is kept open.
  public func isCurrent(_ name: String, _ version: DocumentVersion?) -> Bool { file(name).isCurrent(version) }

  /// Looks whether another file has the name.
  public nonisolated(nonsending) func revalidate(_ name: String) async {
    let file = file(name)
    await pool.run { file.revalidate() }
  }

  private func file(_ name: String) -> DocumentFile {
    files.withLock { files in
      if let known = files[name] { return known }
      let file = DocumentFile(name, in: folder)
      files[name] = file
      return file
    }
  }
}
