/// Small documents that all processes and hosts share: access keys, ended sessions, blocked pictures. A change is
/// effective at once for whoever reads.
public protocol DocumentStore: Sendable {
  /// Reads a document as it is now, and makes something of it where computing keeps nobody else from being served.
  /// - Parameter body: gets nil where there is no such document. One that cannot be read is an error, never nil.
  nonisolated(nonsending) func read<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (StoredDocument?) -> Value
  ) async throws(StorageError) -> Value

  /// Replaces a document, if it still is of the version that was read; when this returns, the change survives a power cut
  /// and every process sees it.
  /// - Parameter version: nil where there was none.
  /// - Throws: `conflict` where somebody else was faster, `full`.
  nonisolated(nonsending) func replace(
    _ name: String, _ version: DocumentVersion?, with bytes: [UInt8]
  ) async throws(StorageError) -> DocumentVersion

  /// Whether a document is known to be still of the version that was read last, without waiting for anything. False also
  /// where only another `read` can tell. Of a change on another host it may know within a second only.
  /// - Parameter version: nil where there was none.
  func isCurrent(_ name: String, _ version: DocumentVersion?) -> Bool

  /// Looks whether a document is another one than was read, for storages that do not notify of every change. To be called
  /// now and then.
  nonisolated(nonsending) func revalidate(_ name: String) async
}

extension DocumentStore {
  /// A document as it is now; nil where there is none.
  public nonisolated(nonsending) func document(_ name: String) async throws(StorageError) -> StoredDocument? {
    try await read(name) { $0 }
  }
}

/// Which content a document had.
public struct DocumentVersion: Hashable, Sendable {
  /// What tells it from every other; only the storage that made it looks inside.
  public let token: String

  /// A version.
  public init(token: String) { self.token = token }
}

/// A document that was read.
public struct StoredDocument: Equatable, Sendable {
  /// Its bytes.
  public var bytes: [UInt8]
  /// Its version.
  public var version: DocumentVersion

  /// A document.
  public init(bytes: [UInt8], version: DocumentVersion) {
    self.bytes = bytes
    self.version = version
  }
}
