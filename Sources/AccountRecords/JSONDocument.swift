public import HTTPSemantics
internal import Posix
public import Storage
internal import Synchronization

/// A JSON document that all processes share, as the value that it stands for. A change is effective at once for whoever
/// reads, in every process.
public final class JSONDocument<Value: Sendable>: Sendable {
  private struct Decoded: Sendable {
    /// Nil where there was no document.
    var version: DocumentVersion?
    /// What the document holds; a failure where it is damaged.
    var value: Result<Value, StorageError>
  }

  private let store: any DocumentStore
  private let name: String
  private let empty: Value
  private let decode: @Sendable (JSONValue) -> Value?
  private let encode: @Sendable (Value) -> JSONValue
  private let known = Mutex<Decoded?>(nil)

  /// A document of a storage.
  /// - Parameters:
  ///   - name: the document's name.
  ///   - empty: what stands for a document that is not there.
  ///   - decode: nil where the document is damaged.
  public init(
    in store: any DocumentStore, named name: String, empty: Value, decode: @escaping @Sendable (JSONValue) -> Value?,
    encode: @escaping @Sendable (Value) -> JSONValue
  ) {
    self.store = store
    self.name = name
    self.empty = empty
    self.decode = decode
    self.encode = encode
  }

  /// What the document holds at this moment, where that is known without waiting; nil where it has to be read.
  var snapshot: Result<Value, StorageError>? {
    guard let decoded = known.withLock({ $0 }), store.isCurrent(name, decoded.version) else { return nil }
    return decoded.value
  }

  /// What the document holds at this moment.
  public nonisolated(nonsending) func current() async -> Result<Value, StorageError> {
    if let snapshot { return snapshot }
    do throws(StorageError) {
      return try await store.read(name) { [self] document in
        // Others may have been faster.
        if let decoded = known.withLock({ $0 }), decoded.version == document?.version { return decoded.value }
        let value = value(of: document)
        known.withLock { $0 = Decoded(version: document?.version, value: value) }
        return value
      }
    } catch {
      return .failure(error)
    }
  }

  /// Looks whether the document is another one than was read, for storages that do not notify of every change.
  nonisolated(nonsending) func revalidate() async { await store.revalidate(name) }

  /// Changes the document. The body may run several times, where others change it at the same time.
  /// - Parameter body: returns false to leave it as it is.
  /// - Returns: what the body returned.
  nonisolated(nonsending) func change(
    _ body: @escaping @Sendable (inout Value) -> Bool
  ) async throws(StorageError) -> Bool {
    try await change { value in
      let isChanged = body(&value)
      return (isChanged, isChanged)
    }
  }

  /// Changes the document. The body may run several times, where others change it at the same time.
  /// - Parameter body: tells what comes of it, and whether the document is another one then.
  /// - Returns: what came of it.
  public nonisolated(nonsending) func change<Outcome: Sendable>(
    _ body: @escaping @Sendable (inout Value) -> (outcome: Outcome, isChanged: Bool)
  ) async throws(StorageError) -> Outcome {
    while true {
      let (version, changed) = try await store.read(name) { [self] document in
        (
          document?.version,
          Result { () throws(StorageError) -> (outcome: Outcome, bytes: [UInt8]?) in
            var value = try value(of: document).get()
            let (outcome, isChanged) = body(&value)
            return (outcome, isChanged ? JSONWriter.write(encode(value)) : nil)
          }
        )
      }
      let (outcome, bytes) = try changed.get()
      guard let bytes else { return outcome }
      do throws(StorageError) {
        _ = try await store.replace(name, version, with: bytes)
        return outcome
      } catch .conflict {
        // Once more, with what is there now.
      }
    }
  }

  private func value(of document: StoredDocument?) -> Result<Value, StorageError> {
    guard let document else { return .success(empty) }
    guard let json = try? JSONParser.parse(document.bytes), let value = decode(json) else {
      return .failure(.io(.inputOutput, context: "\(name) is damaged"))
    }
    return .success(value)
  }
}
