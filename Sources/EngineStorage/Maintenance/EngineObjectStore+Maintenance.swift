internal import PostgreSQL
public import Posix
public import Storage

extension EngineObjectStore: BucketMaintenance {
  private static let stale = SQLStatement(
    """
    SELECT u.id, b.name FROM uploads u JOIN buckets b ON b.id = u.bucket
    WHERE u.begun < to_timestamp($1::bigint) ORDER BY u.begun LIMIT 1000
    """)
  private static let forgetOperations = SQLStatement(
    "DELETE FROM operations WHERE at < clock_timestamp() - interval '1 day'")

  /// Nothing is left half done: what was not committed is undone by the database.
  public nonisolated(nonsending) func settleAbandonedObjects() async throws(StorageError) {}

  /// Nobody else brings objects.
  public nonisolated(nonsending) func reconcileObjects(of bucket: String) async throws(StorageError) {
    _ = try await configuration(of: bucket)
  }

  /// Gives uploads up one by one, as whoever began them would.
  public nonisolated(nonsending) func removeStaleUploads(before limit: Timestamp) async throws(StorageError) -> Int {
    var count = 0
    while true {
      let rows = try await names.read(Self.stale(.integer(limit.seconds)))[0]
      let uploads = try NameDatabase.decode { () throws(PostgreSQLError) in
        var uploads: [(id: String, bucket: String)] = []
        for row in rows.rows { uploads.append((try row.text(0), try row.text(1))) }
        return uploads
      }
      guard !uploads.isEmpty else { return count }
      for (id, bucket) in uploads {
        // Another process may be faster.
        do throws(StorageError) {
          try await giveUp(id, in: bucket)
          count += 1
        } catch  where !error.isOfStorage {}
      }
    }
  }

  /// Removes blobs that nothing names, moves objects out of packs with gaps, and forgets operations that nobody asks for any more.
  /// - Parameter limit: is not looked at: how long blobs stay is fixed, since readers on other hosts rely on it.
  public nonisolated(nonsending) func removeLeftovers(before limit: Timestamp) async throws(StorageError) -> Int {
    _ = try await names.change(Self.forgetOperations())
    let swept: Result<Int, StorageError>
    do throws(StorageError) { swept = .success(try await BlobSweeper(names, blobs).sweep()) } catch {
      swept = .failure(error)
    }
    try await PackRenewal(names: names, blobs: blobs, publisher: publisher).run()
    return try swept.get()
  }
}
