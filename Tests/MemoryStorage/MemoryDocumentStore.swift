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

  public nonisolated(nonsending) func read<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (StoredDocument?) -> Value
  ) async throws(StorageError) -> Value {
    try await faults.begin(.readDocument)
    return body(state.withLock { $0.documents[name] })
  }

  public func isCurrent(_ name: String, _ version: DocumentVersion?) -> Bool {
    state.withLock { $0.documents[name]?.version == version }
  }

  public nonisolated(nonsending) func revalidate(_ name: String) async {}

  public nonisolated(nonsending) func replace(
    _ name: String, _ version: DocumentVersion?, with bytes: [UInt8]
  ) async throws(StorageError) -> DocumentVersion {
    try await faults.begin(.replaceDocument)
    return try state.withLock { (state) throws(StorageError) in
      guard state.documents[name]?.version == version else { throw .conflict }
      state.lastVersion += 1
      let version = DocumentVersion(token: String(state.lastVersion))
      state.documents[name] = StoredDocument(bytes: bytes, version: version)
      return version
    }
  }
}
