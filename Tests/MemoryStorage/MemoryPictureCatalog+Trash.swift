import Posix
import Storage

extension MemoryPictureCatalog: PictureTrash {
  /// Moves them beside the others.
  public nonisolated(nonsending) func trash(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await faults.begin(.trash)
    return state.withLock { state in
      names.compactMap { name in
        guard let picture = state.pictures.removeValue(forKey: name) else { return nil }
        state.thumbnails[name] = nil
        state.trash[name] = (picture, Clock.now())
        return picture.metadata
      }
    }
  }

  /// Moves them back.
  public nonisolated(nonsending) func restore(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await faults.begin(.restore)
    return state.withLock { state in
      names.compactMap { name in
        guard let (picture, _) = state.trash[name], state.pictures[name] == nil,
          state.blocked[picture.metadata.content.sha256] == nil
        else { return nil }
        state.trash[name] = nil
        state.pictures[name] = picture
        return picture.metadata
      }
    }
  }

  /// Sorts what is there.
  public nonisolated(nonsending) func trashed(
    after: PictureCursor?, limit: Int
  ) async throws(StorageError) -> [TrashedPicture] {
    try await faults.begin(.list)
    return state.withLock { $0.trash.values }
      .map { TrashedPicture(picture: $0.picture.metadata, trashedAt: $0.at) }
      .filter { entry in after.map { PictureOrder.newest.precedes($0, entry.cursor) } ?? true }
      .sorted { PictureOrder.newest.precedes($0.cursor, $1.cursor) }
      .prefix(max(0, limit)).map { $0 }
  }

  /// Forgets them.
  public nonisolated(nonsending) func discardTrashed(
    _ names: [StoredName]
  ) async throws(StorageError) -> [StoredName] {
    try await faults.begin(.remove)
    return state.withLock { state in names.filter { state.trash.removeValue(forKey: $0) != nil } }
  }

  /// Forgets the old ones.
  public nonisolated(nonsending) func emptyTrash(
    before: Timestamp, limit: Int
  ) async throws(StorageError) -> Int {
    try await faults.begin(.remove)
    return state.withLock { state in
      let over = state.trash.filter { $0.value.at < before }.keys.prefix(max(0, limit))
      for name in over { state.trash[name] = nil }
      return over.count
    }
  }
}
