public import Posix
public import Storage

extension LocalObjectStore: BucketMaintenance {
  /// Settles the intents of processes that are gone, and removes the files that they left behind.
  public nonisolated(nonsending) func settleAbandonedObjects() async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in try files.settleIntents() }
  }

  /// Goes through the files of a bucket.
  public nonisolated(nonsending) func reconcileObjects(of bucket: String) async throws(StorageError) {
    try await onDisk { (files) throws(StorageError) in try files.scan(bucket) }
  }

  /// Removes multipart uploads that were begun before a moment and never completed.
  public nonisolated(nonsending) func removeStaleUploads(
    before limit: Timestamp
  ) async throws(StorageError) -> Int {
    try await onDisk { (files) throws(StorageError) in try files.removeStaleUploads(before: limit) }
  }

  /// Removes what nobody uses and has not been touched since a moment.
  public nonisolated(nonsending) func removeLeftovers(before limit: Timestamp) async throws(StorageError) -> Int {
    try await onDisk { (files) throws(StorageError) in try files.removeLeftovers(before: limit) }
  }
}
