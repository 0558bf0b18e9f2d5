internal import EventLoop
internal import PostgreSQL
public import Storage
internal import Synchronization

/// Documents as rows of a table. Whoever reads gets the present one; that one has changed, all hosts are told at once.
public final class EngineDocumentStore: DocumentStore {
  private static let find = SQLStatement("SELECT content, version FROM documents WHERE name = $1")
  private static let insert = SQLStatement(
    """
    INSERT INTO documents (name, content, version) VALUES ($1, $2, nextval('document_versions'))
    ON CONFLICT (name) DO NOTHING RETURNING version
    """)
  private static let update = SQLStatement(
    """
    UPDATE documents SET content = $2, version = nextval('document_versions')
    WHERE name = $1 AND version = $3 RETURNING version
    """)

  /// What was read of a document last; version 0 stands for none.
  private struct Known {
    var version: Int64
    var epoch: NameChanges.Epoch
  }

  private let names: NameDatabase
  private let changes: NameChanges
  private let known = Mutex<[String: Known]>([:])

  /// The documents of a database.
  /// - Parameter changes: tells of those that others change; as long as it does not listen, no document is known to be
  ///   current.
  public init(_ names: NameDatabase, _ changes: NameChanges) {
    self.names = names
    self.changes = changes
  }

  /// Asks the database.
  public nonisolated(nonsending) func read<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (StoredDocument?) -> Value
  ) async throws(StorageError) -> Value {
    let epoch = changes.epoch
    let rows = try await names.read(Self.find(.text(name)))[0]
    let document = try NameDatabase.decode { () throws(PostgreSQLError) -> (StoredDocument, Int64)? in
      guard let row = rows.first else { return nil }
      let version = try row.integer(1)
      return (StoredDocument(bytes: try row.bytes(0), version: DocumentVersion(version)), version)
    }
    note(name, document?.1 ?? 0, epoch)
    return body(document?.0)
  }

  /// Changes the row under its lock, and tells the others with the commit.
  public nonisolated(nonsending) func replace(
    _ name: String, _ version: DocumentVersion?, with bytes: [UInt8]
  ) async throws(StorageError) -> DocumentVersion {
    let epoch = changes.epoch
    let query: SQLQuery
    if let version {
      guard let number = Int64(version.token) else { throw .conflict }
      query = Self.update(.text(name), .bytes(bytes), .integer(number))
    } else {
      query = Self.insert(.text(name), .bytes(bytes))
    }
    let new = try await names.transaction { transaction in
      guard let row = try await transaction.run([query])[0].first else { throw StorageError.conflict }
      let version = try row.integer(0)
      return .commit([DocumentNotice.notify(.text(name), .text(String(version)))], version)
    }
    changes.noteOwnChange()
    note(name, new, epoch)
    return DocumentVersion(new)
  }

  /// True where the version that was read last is this one, and nobody has told of a later one.
  public func isCurrent(_ name: String, _ version: DocumentVersion?) -> Bool {
    guard let known = known.withLock({ $0[name] }) else { return false }
    let asked = version.map { Int64($0.token) ?? -1 } ?? 0
    return known.version == asked && changes.isLatest(name, known.version, readIn: known.epoch)
  }

  /// Nothing is to be done: whoever listens is told, and whoever does not knows no document to be current.
  public nonisolated(nonsending) func revalidate(_ name: String) async {}

  private func note(_ name: String, _ version: Int64, _ epoch: NameChanges.Epoch?) {
    guard let epoch else { return }
    known.withLock { known in
      // An answer that comes late is no step back.
      if let before = known[name], before.epoch == epoch, before.version > version { return }
      known[name] = Known(version: version, epoch: epoch)
    }
  }
}

extension DocumentVersion {
  fileprivate init(_ number: Int64) { self.init(token: String(number)) }
}
