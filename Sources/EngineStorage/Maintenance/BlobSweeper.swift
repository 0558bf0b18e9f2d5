internal import PostgreSQL
public import Storage

/// Removes blobs from the engine that nothing names: those that were replaced, after a time in which readers end, and those
/// whose writer died.
public struct BlobSweeper: Sendable {
  /// For how long a blob stays that is not named any more, in seconds.
  public static let replacedSeconds: Int64 = 3_600
  /// For how long a blob may be on its way, in seconds.
  public static let pendingSeconds: Int64 = 86_400
  private static let batch: Int64 = 256

  /// Whatever is chosen cannot be named any more. What an earlier sweep has left is among it.
  private static let choose = SQLStatement(
    """
    UPDATE blobs SET state = 3 WHERE uses = 0 AND id IN (
      SELECT id FROM blobs WHERE uses = 0 AND (state = 3
        OR (state = 2 AND since <= clock_timestamp() - make_interval(secs => $1::bigint))
        OR (state = 0 AND since <= clock_timestamp() - make_interval(secs => $2::bigint)))
      LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING id
    """)
  private static let forget = SQLStatement("DELETE FROM blobs WHERE id = ANY ($1) AND state = 3")

  private let names: NameDatabase
  private let blobs: any BlobStore

  /// A sweeper.
  public init(_ names: NameDatabase, _ blobs: any BlobStore) {
    self.names = names
    self.blobs = blobs
  }

  /// Removes what is over.
  /// - Returns: how many blobs were removed.
  @discardableResult
  public nonisolated(nonsending) func sweep(
    replacedSeconds: Int64 = replacedSeconds, pendingSeconds: Int64 = pendingSeconds
  ) async throws(StorageError) -> Int {
    var count = 0
    while true {
      let chosen = try NameDatabase.texts(
        try await names.change(
          Self.choose(.integer(replacedSeconds), .integer(pendingSeconds), .integer(Self.batch)))[0])
      guard !chosen.isEmpty else { return count }
      for id in chosen.compactMap({ BlobID(own: $0) }) {
        do throws(BlobError) { try await blobs.remove(id) } catch { throw StorageError(error) }
        count += 1
      }
      // A name that this program does not give, such as a photo's, is nothing that it may remove.
      _ = try await names.change(Self.forget(.texts(chosen)))
    }
  }
}
