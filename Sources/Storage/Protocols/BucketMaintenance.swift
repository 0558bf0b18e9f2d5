public import Posix

/// Work on buckets that nobody waits for: who does it, and when, is decided by the caller. None of it is harmed by a sudden end.
public protocol BucketMaintenance: Sendable {
  /// Settles what processes left half done that are gone; living ones are not disturbed.
  nonisolated(nonsending) func settleAbandonedObjects() async throws(StorageError)

  /// Brings the list of a bucket in line with what is stored, where others than this program bring objects and take them
  /// away.
  /// - Throws: `noSuchBucket`.
  nonisolated(nonsending) func reconcileObjects(of bucket: String) async throws(StorageError)

  /// Removes multipart uploads that were begun before a moment and never completed.
  /// - Returns: how many.
  nonisolated(nonsending) func removeStaleUploads(before limit: Timestamp) async throws(StorageError) -> Int

  /// Removes what nobody uses and has not been touched since a moment, which is to be longer ago than any request takes.
  /// - Returns: how many files.
  nonisolated(nonsending) func removeLeftovers(before limit: Timestamp) async throws(StorageError) -> Int
}
