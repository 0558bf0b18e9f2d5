internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
internal import Storage

/// An object whose content the engine has, and that is to get its key.
struct NewObject: Sendable {
  private static let upsert = SQLStatement(
    """
    INSERT INTO objects (bucket, key, size, modified, etag, owner, storage_class, metadata, blobs, starts, lengths)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (bucket, key) DO UPDATE SET size = excluded.size, modified = excluded.modified, etag = excluded.etag,
      owner = excluded.owner, storage_class = excluded.storage_class, metadata = excluded.metadata,
      blobs = excluded.blobs, starts = excluded.starts, lengths = excluded.lengths
    """)

  var bucket: String
  var key: [UInt8]
  var metadata: ObjectMetadata
  var precondition: Precondition
  var content: [BlobSlice]

  init(
    bucket: String, key: [UInt8], _ metadata: ObjectMetadata, if precondition: Precondition, _ content: [BlobSlice]
  ) {
    self.bucket = bucket
    self.key = key
    self.metadata = metadata
    self.precondition = precondition
    self.content = content
  }

  /// What gives a content its key.
  /// - Parameter bucket: its id.
  static func statement(
    _ key: [UInt8], in bucket: Int64, _ metadata: ObjectMetadata, _ content: [BlobSlice]
  ) -> SQLQuery {
    var metadata = metadata
    metadata.size = content.size
    return SQLQuery(
      statement: upsert,
      values: [
        .integer(bucket), .bytes(key), .integer(Int64(clamping: metadata.size)),
        .integer(metadata.modified.totalNanoseconds), .text(metadata.etag), .text(metadata.owner),
        .text(metadata.storageClass), .text(metadata.record),
      ] + content.values)
  }
}

extension NameDatabase {
  /// Gives objects with different keys their names, in one transaction: those whose bucket is there and whose precondition
  /// holds.
  /// - Parameter new: blobs of their contents that nobody else knows.
  /// - Returns: of each whether it has it, or why not.
  /// - Throws: where none has.
  nonisolated(nonsending) func name(
    _ objects: [NewObject], new: Set<BlobID>
  ) async throws(StorageError) -> [Result<Void, StorageError>] {
    let outcomes: Result<[Result<Void, StorageError>], StorageError>
    do throws(PostgreSQLError) {
      outcomes = try await nameTogether(objects, new)
    } catch .server(let state, _, _) where objects.count > 1 && state.isOfSomeRow {
      // Nothing was done, and one of them is why, such as a key that another host keeps locked.
      var outcomes: [Result<Void, StorageError>] = []
      for object in objects {
        // Once one of them has its name, others may know its blob and wait for it.
        let isNew = !outcomes.contains { (try? $0.get()) != nil }
        do throws(StorageError) { outcomes += try await name([object], new: isNew ? new : []) } catch {
          outcomes.append(.failure(error))
        }
      }
      return outcomes
    } catch { throw StorageError(error) }
    return try outcomes.get()
  }

  private nonisolated(nonsending) func nameTogether(
    _ objects: [NewObject], _ new: Set<BlobID>
  ) async throws(PostgreSQLError) -> Result<[Result<Void, StorageError>], StorageError> {
    try await attempt { transaction in
      let lock = NameLocks.objects(objects.map { ($0.key, $0.bucket) })
      let looks = objects.map { EngineObjectStore.look(for: $0.key, in: $0.bucket) }
      let rows = try await transaction.run([lock, BlobUses.lock(new)] + looks)
      var uses = try BlobUses(locked: rows[1])
      var statements: [SQLQuery] = []
      var outcomes: [Result<Void, StorageError>] = []
      for (object, found) in zip(objects, rows.dropFirst(2)) {
        do throws(StorageError) {
          let found = try NameDatabase.reading { try EngineObjectStore.Found(found) }
          try object.precondition.check(found.object?.metadata)
          uses.add(object.content)
          if let replaced = found.object { uses.remove(replaced.content) }
          statements.append(NewObject.statement(object.key, in: found.bucket, object.metadata, object.content))
          outcomes.append(.success(()))
        } catch {
          outcomes.append(.failure(error))
        }
      }
      guard !statements.isEmpty else { return .undo(outcomes) }
      try await uses.lock(in: transaction)
      return .commit(uses.queries + statements, outcomes)
    }
  }
}

extension SQLState {
  /// A lock that was not to be had, a value that cannot be stored, a constraint that does not hold.
  fileprivate var isOfSomeRow: Bool { self == .lockNotAvailable || category == "22" || category == "23" }
}
