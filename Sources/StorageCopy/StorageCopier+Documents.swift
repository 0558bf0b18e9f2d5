internal import Storage

extension StorageCopier {
  /// Replaces documents that are others than at the source. Of one that the source does not have, nothing is known.
  nonisolated(nonsending) func copyDocuments() async throws(StorageError) {
    for name in options.documents {
      tally.count { $0.documents.seen += 1 }
      try await retrying { () async throws(StorageError) in try await copyDocument(name) }
    }
  }

  private nonisolated(nonsending) func copyDocument(_ name: String) async throws(StorageError) {
    while let ours = try await source.documents.document(name) {
      let theirs = try await destination.documents.document(name)
      if theirs?.bytes == ours.bytes { return }
      do throws(StorageError) {
        _ = try await destination.documents.replace(name, theirs?.version, with: ours.bytes)
        return tally.count { $0.documents.copied += 1 }
      } catch .conflict {
        // Somebody changed it meanwhile.
      }
    }
  }
}
