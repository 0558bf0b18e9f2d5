internal import PostgreSQL
public import Storage

/// Compares the counts of blobs with what names them. It reads all of the tables: not beside much else.
extension NameDatabase {
  /// Each object, part and picture counts once for a blob.
  private static let named = SQLStatement(
    """
    SELECT id, count(*) FROM (
      SELECT DISTINCT bucket, key, unnest(blobs) FROM objects
      UNION ALL SELECT DISTINCT number, convert_to(upload, 'UTF8'), unnest(blobs) FROM parts
      UNION ALL SELECT 0, NULL, blob FROM pictures
      UNION ALL SELECT 0, NULL, blob FROM trashed_pictures) AS use (owner, name, id)
    GROUP BY id
    """)
  private static let counted = SQLStatement("SELECT id, uses, state FROM blobs")

  /// The blobs that are named.
  public nonisolated(nonsending) func namedBlobs() async throws(StorageError) -> Set<String> {
    Set(try await uses().keys)
  }

  /// Blobs whose count is not what names them, with both numbers, as lines for the operator.
  public nonisolated(nonsending) func wrongCounts() async throws(StorageError) -> [String] {
    var named = try await uses()
    let rows = try await read(Self.counted())[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var lines: [String] = []
      for row in rows.rows {
        let (id, uses) = (try row.text(0), try row.integer(1))
        let found = named.removeValue(forKey: id) ?? 0
        if uses != found { lines.append("\(id): counted \(uses), named by \(found)") }
        if try (row.integer(2) == 1) != (found > 0) { lines.append("\(id): state \(try row.integer(2))") }
      }
      return lines + named.keys.sorted().map { "\($0): named, and not in the list of blobs" }
    }
  }

  private nonisolated(nonsending) func uses() async throws(StorageError) -> [String: Int64] {
    let rows = try await read(Self.named())[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var uses: [String: Int64] = [:]
      for row in rows.rows { uses[try row.text(0)] = try row.integer(1) }
      return uses
    }
  }
}
