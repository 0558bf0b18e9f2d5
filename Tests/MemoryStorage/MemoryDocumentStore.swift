import Storage
import Synchronization

/// Documents in memory, for tests.
public final class MemoryDocumentStore: DocumentStore {
  private struct State {
    var documents: [String: StoredDocument] = [:]
    var lastVersion = 0
  }

  private let state = Mutex(State())
  /// What goes wrong.
  public let faults: FaultPlan

  /// No documents.
  public init(faults: FaultPlan = FaultPlan()) { self.faults = faults }

  public nonisolated(nonsending) func document(_ name: String) async throws(StorageError) -> StoredDocument? {
    try await faults.begin(.document)
    return state.withLock { $0.documents[name] }
  }

  public nonisolated(nonsending) func replace(
    _ name: String, _ version: DocumentVersion?, with bytes: [UInt8]
  ) async throws(StorageError) -> DocumentVersion {
    try await faults.begin(.replace)
    return try state.withLock { (state) throws(StorageError) in
      guard state.documents[name]?.version == version else { throw .conflict }
      state.lastVersion += 1
      let version = DocumentVersion(token: String(state.lastVersion))
      state.documents[name] = StoredDocument(bytes: bytes, version: version)
      return version
    }
  }
}
