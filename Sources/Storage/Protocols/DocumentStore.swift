/// Small documents that all workers share: access keys, blocked pictures, ended sessions, the secret.
public protocol DocumentStore: Sendable {
  /// A document as it is now.
  /// - Returns: nil where there is none. One that cannot be read is an error, never nil.
  nonisolated(nonsending) func document(_ name: String) async throws(StorageError) -> StoredDocument?

  /// Replaces a document, if it still is of the version that was read; when this returns, the change survives a power cut
  /// and every worker sees it.
  /// - Parameter version: nil where there was none.
  /// - Throws: `conflict` where somebody else was faster.
  nonisolated(nonsending) func replace(
    _ name: String, _ version: DocumentVersion?, with bytes: [UInt8]
  ) async throws(StorageError) -> DocumentVersion
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
