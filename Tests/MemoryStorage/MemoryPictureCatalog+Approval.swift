import Storage

extension MemoryPictureCatalog {
  public nonisolated(nonsending) func approve(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await faults.begin(.approve)
    return state.withLock { state in
      names.compactMap { name in
        guard state.pictures[name]?.metadata.visibility == .queued else { return nil }
        state.pictures[name]?.metadata.visibility = .public
        return state.pictures[name]?.metadata
      }
    }
  }
}
